"""Workers: what is done later, once, whoever dies in between."""
