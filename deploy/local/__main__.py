"""`python -m deploy.local up|down|status|logs|run`: the private stack for daily use."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from deploy.local import commands
from deploy.local.services import ROOT


def main(arguments: list[str] | None = None) -> int:
    """Do what is asked; returns the exit code."""
    asked = _parser().parse_args(arguments)
    folder: Path = asked.folder.resolve()
    match asked.verb:
        case "up":
            return commands.up(folder, asked.port or None)
        case "down":
            return commands.down(folder, purge=asked.purge)
        case "status":
            return commands.status(folder, as_json=asked.json)
        case "logs":
            with suppress(KeyboardInterrupt, BrokenPipeError):
                return commands.logs(folder, asked.name, follow=asked.follow, lines=asked.lines)
            return 0
        case _:
            return commands.run(folder, asked.port or None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / ".run", help="data, logs and state (default: .run)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    up = verbs.add_parser("up", help="start the stack in the background and wait until it is ready")
    down = verbs.add_parser("down", help="stop the stack; its data stay")
    down.add_argument("--purge", action="store_true", help="delete the data too")
    status = verbs.add_parser("status", help="show each process and whether it serves")
    status.add_argument("--json", action="store_true", help="for programs")
    logs = verbs.add_parser("logs", help="show the end of the logs")
    logs.add_argument("name", nargs="?", help="mariadb, nats, ingest, ..., gateway, access, supervisor")
    logs.add_argument("-f", "--follow", action="store_true", help="and what is added, until interrupted")
    logs.add_argument("-n", "--lines", type=int, default=20, help="lines of each log (default: 20)")
    run = verbs.add_parser("run", help="run the stack in the foreground until interrupted")
    for verb in (up, run):
        verb.add_argument("--port", type=int, default=8080, help="of the gateway, if free (default: 8080; 0: any)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
