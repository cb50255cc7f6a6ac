"""What arrives by machines: put on record first, then understood once, whatever dies meanwhile."""
