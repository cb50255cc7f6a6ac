"""What was found wrong, written for people and for the tools that build servers read."""
