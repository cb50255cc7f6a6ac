"""Verbs on one ticket or one desk: gather, decide, write in one transaction; each takes a Viewer."""
