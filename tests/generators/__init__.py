"""Tests of what is derived from a desk."""
