"""One history for the one database. Services never migrate: `python -m migrations upgrade` does."""
