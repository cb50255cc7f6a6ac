"""Staff, customers, organisations, one's own profile and notices."""
