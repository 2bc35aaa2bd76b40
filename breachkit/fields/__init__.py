"""What each column holds, with the evidence for it."""
