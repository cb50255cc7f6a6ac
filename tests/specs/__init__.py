"""Tests of what the text of a tenant says."""
