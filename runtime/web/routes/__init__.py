"""Addresses of the product, one area a file; routes turn requests into actions and screens."""
