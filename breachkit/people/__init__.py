"""Who is affected, how many, with bounds."""
