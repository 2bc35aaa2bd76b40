"""Notebooks in processes forked from one that has already imported everything: no kernel to start, no port."""
