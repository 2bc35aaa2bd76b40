"""Notebooks and batches."""
