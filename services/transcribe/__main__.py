"""`python -m services.transcribe`."""

from services.transcribe.main import run

run()
