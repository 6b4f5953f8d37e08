"""`python -m services.query [rebuild|hash]`: serve; make the read tables anew; print what they hold as one number."""

import argparse

from services.query.main import run
from services.query.maintenance import print_hash, rebuild


def main() -> None:
    """Run one command; without one, serve."""
    parser = argparse.ArgumentParser(prog="python -m services.query", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("hash", help="print how much the read tables hold and the digest of their content")
    again = commands.add_parser("rebuild", help="empty the read tables and fill them from TSN_EVENTS; stop query first")
    again.add_argument("--incomplete", action="store_true", help="also where the stream has forgotten its first events")
    arguments = parser.parse_args()
    if arguments.command == "hash":
        print_hash()
    elif arguments.command == "rebuild":
        rebuild(incomplete=arguments.incomplete)
    else:
        run()


main()
