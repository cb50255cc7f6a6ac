"""What the specs mean: compiles them into a Desk and decides about tickets, purely."""
