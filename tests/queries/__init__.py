"""Reads of many, on both databases."""
