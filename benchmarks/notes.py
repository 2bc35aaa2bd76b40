"""Quality and speed of the free-text room on labelled notes, beside plain EDS-NLP in the same run."""
