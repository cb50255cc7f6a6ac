"""The JSON Schemas of the spec language, generated and committed."""
