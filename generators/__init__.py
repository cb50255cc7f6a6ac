"""Derives artefacts from a Desk: schemas, forms, admin screens, reference pages."""
