"""Charts, tables and PDF, from the impact only."""
