"""What the text of a tenant says: parsed, checked against the kinds, references looked up."""
