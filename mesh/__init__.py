"""The runtime every service shares. No radio word belongs here."""
