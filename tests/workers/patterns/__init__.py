"""Event patterns at work: the C matcher, its process, and what a match brings about."""
