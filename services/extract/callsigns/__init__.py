"""Public registers of callsigns: their import, and what they answer."""
