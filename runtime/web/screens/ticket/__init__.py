"""One ticket on the desk, and tickets together."""
