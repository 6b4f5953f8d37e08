"""Real MariaDB and NATS servers for tests, each in a temporary folder on a free port."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.mariadb import MariaDb
from deploy.local.nats import Nats
from deploy.local.running import running

# Tests need no database that survives a power cut, and no big one.
_QUICK = ("--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=2")


@asynccontextmanager
async def mariadb_server() -> AsyncIterator[MariaDb]:
    """A MariaDB of one's own; `.url` is its database `tsn`."""
    # A short path: the socket lies inside.
    with tempfile.TemporaryDirectory(prefix="tsn-mariadb-") as folder:
        server = MariaDb.new(Path(folder), *_QUICK)
        async with running(server, Path(folder)):
            yield server


@asynccontextmanager
async def nats_server() -> AsyncIterator[Nats]:
    """A NATS server with JetStream of one's own; `.url` is its address."""
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats.new(Path(folder))
        async with running(server, Path(folder)):
            yield server
