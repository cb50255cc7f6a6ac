"""Verbs on one ticket or desk: gather, decide, write in one transaction; each takes a Viewer."""
