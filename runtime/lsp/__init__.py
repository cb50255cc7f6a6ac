"""A language server for tenant folders: what editors show, offer and change while one writes."""
