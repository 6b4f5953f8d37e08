"""Asking before much is done."""

import sys

import click
import typer

from clients.cli.command import Call
from clients.cli.failures import FAILURE, INTERRUPTED


def confirm(call: Call, question: str, *, yes: bool) -> None:
    """Return when `yes` was given or a person agrees. Raises typer.Exit; BadParameter where nobody can be asked."""
    if yes:
        return
    if call.output.as_json or not sys.stdin.isatty():
        raise typer.BadParameter(f"{question} Nobody can be asked here: --yes does it, --dry-run only counts")
    try:
        agreed = typer.confirm(question, err=True)
    except click.Abort:
        raise typer.Exit(INTERRUPTED) from None
    if not agreed:
        call.output.note("nothing was done")
        raise typer.Exit(FAILURE)
