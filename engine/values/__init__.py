"""The values of fields: one file a field type says how text becomes a value and a value text."""
