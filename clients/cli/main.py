"""`tsn`: puts the commands together."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from clients.cli import (
    batches,
    callsign_reviews,
    corrections,
    dead,
    glossary,
    import_folder,
    jobs,
    label_export,
    mentions,
    nodes,
    recordings,
    rerun,
    reviews,
    search,
    status,
    submit_url,
    top,
    upload,
    watch,
    why,
)
from clients.cli.command import GatewayOption, JsonOption, Settings, TimeoutOption

app = typer.Typer(
    help="Send recordings to The Spoken Network, follow them, search what was said.\n\n"
    "Exit codes: 0 done, 1 something failed, 2 the command line is wrong, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (upload, import_folder, rerun, submit_url, search, watch, status, top, why):
    module.register(app)
app.add_typer(recordings.app, name="recordings")
app.add_typer(jobs.app, name="jobs")
app.add_typer(dead.app, name="dead")
app.add_typer(batches.app, name="batches")
app.add_typer(callsign_reviews.app, name="callsigns")
app.add_typer(mentions.app, name="mentions")
app.add_typer(reviews.app, name="reviews")
app.add_typer(label_export.app, name="labels")
app.add_typer(nodes.app, name="nodes")
app.add_typer(glossary.app, name="glossary")
app.add_typer(corrections.app, name="corrections")


def cli_version() -> str:
    """Version of the installed distribution; "0" where it runs from a bare checkout."""
    try:
        return version("spoken-network")
    except PackageNotFoundError:
        return "0"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tsn {cli_version()}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    gateway: GatewayOption = None,
    as_json: JsonOption = False,
    timeout: TimeoutOption = None,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before the command; each command takes them too."""
    context.obj = Settings().merged(gateway, as_json, timeout)


def run() -> None:
    """Entry point of the installed command."""
    app(prog_name="tsn")
