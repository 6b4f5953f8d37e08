"""Who makes a change, as the mesh notes it: nobody is authenticated yet, so it is what a person says of himself."""

import getpass
import os
from typing import Annotated

import typer

AUTHOR_VARIABLE = "TSN_AUTHOR"
AUTHOR_LIMIT = 64

AuthorOption = Annotated[
    str | None,
    typer.Option(
        "--author",
        metavar="WHO",
        help=f"Who makes the change, e.g. your callsign. (env {AUTHOR_VARIABLE}; default: the user of this machine)",
    ),
]


def author_of(given: str | None = None) -> str:
    """What was given, else what the environment says, else this machine's user. Raises typer.BadParameter."""
    named = (given or os.environ.get(AUTHOR_VARIABLE, "")).strip() or _user()
    if not named:
        raise typer.BadParameter(f"say who makes the change, or set {AUTHOR_VARIABLE}", param_hint="--author")
    if len(named) > AUTHOR_LIMIT:
        raise typer.BadParameter(f"longer than {AUTHOR_LIMIT} characters", param_hint="--author")
    return named


def _user() -> str:
    """Empty where the machine knows no user, as in some containers."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
