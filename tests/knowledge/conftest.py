"""Stores for the tests of the knowledge base."""

from tests.stores import clock, fresh_url, postgres_server, store, store_template

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]
