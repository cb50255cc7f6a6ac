"""Event patterns: the correlator against an oracle that tries everything."""
