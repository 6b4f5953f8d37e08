"""`python -m migrations upgrade|current|history|revision MESSAGE`: the schema of TSN_DATABASE_URL."""

import argparse
from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).resolve().parent


def config(url: str | None = None) -> Config:
    """Alembic's settings; `url` overrides TSN_DATABASE_URL."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["url"] = url
    return settings


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m migrations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("upgrade", help="bring an empty or older database to the newest schema")
    commands.add_parser("current", help="print the revision of the database")
    commands.add_parser("history", help="print all revisions")
    revision = commands.add_parser("revision", help="write the next revision from what changed in the tables")
    revision.add_argument("message")
    arguments = parser.parse_args()
    settings = config()
    if arguments.command == "upgrade":
        command.upgrade(settings, "head")
    elif arguments.command == "current":
        command.current(settings, verbose=True)
    elif arguments.command == "history":
        command.history(settings)
    else:
        count = len(list((HERE / "versions").glob("*.py")))
        command.revision(settings, arguments.message, autogenerate=True, rev_id=f"{count + 1:04d}")


if __name__ == "__main__":
    main()
