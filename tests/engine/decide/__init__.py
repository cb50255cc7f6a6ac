"""Tests of decisions: what follows from an event."""
