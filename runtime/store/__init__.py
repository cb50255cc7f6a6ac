"""What lasts: one store on SQLite or PostgreSQL, the only room that speaks SQL."""
