"""`python -m services.extract`."""

from services.extract.main import run

run()
