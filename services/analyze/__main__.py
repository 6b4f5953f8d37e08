"""`python -m services.analyze`."""

from services.analyze.main import run

run()
