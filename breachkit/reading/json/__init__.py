"""JSON and JSON Lines: nested lists become tables linked to their record."""
