"""The admin area's screens, generated from each kind's own shape: models in, posted forms out."""
