"""Analysis: boxes, tables, workflow, rights, promises."""
