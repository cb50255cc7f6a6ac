"""Browser journeys against a real server process: what people do, from the first page on."""
