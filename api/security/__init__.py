"""Who is asking, and what a form must prove."""
