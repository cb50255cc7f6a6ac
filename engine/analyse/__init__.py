"""Exact questions about a compiled desk: what no one can do, reach or leave."""
