"""How grave, and what is owed; knows the types of the impact only."""
