"""`python -m clients.node` is `tsn-node`."""

from clients.node.main import run

if __name__ == "__main__":
    run()
