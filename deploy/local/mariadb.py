"""A private MariaDB: own data folder, port and socket; works as root and as any other user."""

import asyncio
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import asyncmy

from deploy.local.ports import free_port
from deploy.local.processes import Command

SETTINGS = Path(__file__).resolve().parents[1] / "mariadb" / "tsn.cnf"
DATABASE = "tsn"
_SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 108 bytes
_SCRIPT_FOLDERS = ("/usr/share/mysql", "/usr/share/mariadb", "/usr/local/share/mariadb")
# What mariadb-install-db feeds to the server, without help texts and sys views. That script itself needs a
# program (my_print_defaults) of the client packages, which mariadb-server-core does not pull in.
_SYSTEM_SCRIPTS = ("system_tables.sql", "performance_tables.sql", "system_tables_data.sql")


class MariaDbMissing(Exception):
    """The MariaDB server is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "mariadbd was not found: run `make setup`, or install MariaDB >= 10.6 yourself "
            "(Debian and Ubuntu: package mariadb-server-core)"
        )


class MariaDbInitFailed(Exception):
    """The server could not create its system tables."""


@dataclass(frozen=True)
class MariaDb:
    """Where a private instance lives. User `tsn` may do anything in databases named `tsn...`."""

    folder: Path
    port: int
    password: str
    options: tuple[str, ...] = ()
    name: str = "mariadb"

    @classmethod
    def new(cls, folder: Path, *options: str) -> "MariaDb":
        """An instance below `folder` with a free port and a random password; `options` as for mariadbd."""
        return cls(folder=folder, port=free_port(), password=secrets.token_urlsafe(24), options=options)

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database `tsn`."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """SQLAlchemy URL of another database of this instance."""
        return f"mysql+asyncmy://tsn:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """Folder of the tables."""
        return self.folder / "data"

    def prepare(self) -> None:
        """Create system tables where there are none and write the accounts that each start makes sure of.

        Raises MariaDbMissing and MariaDbInitFailed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            _initialise(self.data)
        accounts = self.folder / "accounts.sql"
        accounts.touch(mode=0o600)
        accounts.write_text(
            f"CREATE DATABASE IF NOT EXISTS {DATABASE};\n"
            f"CREATE OR REPLACE USER 'tsn'@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            "GRANT ALL ON `tsn%`.* TO 'tsn'@'127.0.0.1';\n"
        )

    def command(self, log: Path) -> Command:
        """The server in the foreground, its messages in `log`."""
        argv = (
            find_mariadbd(),
            *_common_options(self.data),
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            f"--socket={self._socket()}",
            f"--pid-file={self.folder / 'mariadbd.pid'}",
            f"--init-file={self.folder / 'accounts.sql'}",
            "--innodb-buffer-pool-size=256M",
            *self.options,
        )
        return Command(name=self.name, argv=argv, log=log)

    async def ready(self) -> bool:
        """True when a query is answered; that is after the accounts were made."""
        try:
            connection = await asyncmy.connect(
                host="127.0.0.1", port=self.port, user="tsn", password=self.password, connect_timeout=2
            )
        except (OSError, asyncmy.errors.MySQLError):
            return False
        await connection.ensure_closed()
        return True

    def _socket(self) -> Path:
        inside = self.folder / "mariadbd.sock"
        if len(os.fsencode(inside)) < _SOCKET_PATH_LIMIT:
            return inside
        return Path(tempfile.gettempdir()) / f"tsn-mariadbd-{self.port}.sock"


def find_mariadbd() -> str:
    """Path of the server program. Raises MariaDbMissing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"])
    for program in ("mariadbd", "mysqld"):
        if (found := shutil.which(program, path=path)) and "MariaDB" in _version(found):
            return found
    raise MariaDbMissing


def _version(program: str) -> str:
    return subprocess.run([program, "--no-defaults", "--version"], capture_output=True, text=True).stdout


def _common_options(data: Path) -> tuple[str, ...]:
    # The server refuses to run as root unless told to; any other user it may not change.
    user = ("--user=root",) if os.geteuid() == 0 else ()
    # In a shared folder a server that starts removes the temporary tables of those that run.
    temporary = data.with_name("tmp")
    temporary.mkdir(mode=0o700, exist_ok=True)
    return (f"--defaults-file={SETTINGS}", *user, f"--datadir={data}", f"--tmpdir={temporary}")


def _initialise(data: Path) -> None:
    """Create the system tables beside `data` and put the folder in place in one step: no half one remains."""
    scripts = _system_scripts()
    unfinished = data.with_name("data.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    # The administrator is whoever owns the process, through the socket; nobody else has an account yet.
    sql = f"CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket='{_own_name()}';\n{scripts}"
    done = subprocess.run(
        [find_mariadbd(), *_common_options(unfinished), "--bootstrap", "--enforce-storage-engine="],
        input=sql.encode(),
        capture_output=True,
    )
    if done.returncode != 0:
        raise MariaDbInitFailed(done.stderr.decode(errors="replace"))
    unfinished.rename(data)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user need not have a name
        return "root"


def _system_scripts() -> str:
    """SQL that makes the system tables, from the server's own package."""
    for folder in map(Path, _SCRIPT_FOLDERS):
        for prefix in ("mysql_", "mariadb_"):
            files = [folder / (prefix + script) for script in _SYSTEM_SCRIPTS]
            if all(file.is_file() for file in files):
                return "\n".join(file.read_text(encoding="utf-8") for file in files)
    raise MariaDbMissing


async def execute(server: MariaDb, *statements: str) -> None:
    """Run statements as user `tsn` of an instance."""
    connection = await asyncmy.connect(
        host="127.0.0.1", port=server.port, user="tsn", password=server.password, autocommit=True
    )
    try:
        async with connection.cursor() as cursor:
            for statement in statements:
                await cursor.execute(statement)
    finally:
        await asyncio.shield(connection.ensure_closed())
