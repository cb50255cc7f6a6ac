"""Packs: specs that other tenants build upon. How they are read, merged, guarded and upgraded."""
