"""`python -m clients.cli` is `tsn`."""

from clients.cli.main import run

if __name__ == "__main__":
    run()
