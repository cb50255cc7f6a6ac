"""Reads of many: lists, counts, one ticket's page, reports; each takes a Viewer."""
