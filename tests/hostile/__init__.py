"""Hostile input, as data, into every field type by every door."""
