"""Jinja environments per locale: pages, mail and notices."""
