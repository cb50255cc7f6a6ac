"""What requesters see."""
