"""The only room that gives back names: the encrypted list that a controller needs to write to its own patients."""
