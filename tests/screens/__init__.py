"""Templates and the screens they take."""
