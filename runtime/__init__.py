"""The world around the engine: store, web, workers, channels and the command line."""
