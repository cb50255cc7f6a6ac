"""What a change of specs would do to the tickets that are there, counted on the store."""
