"""Plans with the tickets of a store: counted, kept, approved, published."""
