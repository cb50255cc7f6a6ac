"""The one door for calls to the outside: what goes out by HTTP goes through `door.Door`."""
