"""The notification's fields in the words of the CNIL and the EDPB, from the impact only."""
