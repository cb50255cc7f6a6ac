"""Tests of the engine: what specs mean."""
