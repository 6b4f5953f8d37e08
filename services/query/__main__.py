"""`python -m services.query`."""

from services.query.main import run

run()
