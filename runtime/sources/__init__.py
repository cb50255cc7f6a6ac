"""Outside systems that answer lookups; each connector is a pure adapter: a question, an answer."""
