"""Who is to be informed, by which channel, with which letter, from the impact only."""
