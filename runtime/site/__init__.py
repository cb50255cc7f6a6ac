"""What actions and queries stand on: the live desks, who asks, and tickets as facts."""
