"""The kinds: one file a kind; `specs.catalog` is their table."""
