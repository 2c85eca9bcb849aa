"""Who is told, and what, when a run fails or a day is late."""
