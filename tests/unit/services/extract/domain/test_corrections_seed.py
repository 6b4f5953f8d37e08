"""What is built in and what a fresh database holds."""

from migrations.corrections_of_0004 import seeds
from services.extract.domain.corrections import Correction
from services.extract.domain.corrections_seed import SEED


def test_a_fresh_database_starts_with_what_is_built_in() -> None:
    # A word is taught in both places until 0004 is released; then by a migration that adds it where it is missing.
    from_migrations = {heard: Correction(heard, tuple(meant.split())) for heard, meant in seeds().items()}

    assert from_migrations == {correction.heard: correction for correction in SEED}
