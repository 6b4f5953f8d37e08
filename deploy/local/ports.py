"""Free TCP ports on this machine."""

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

# Below Linux's range for outgoing connections (32768 up): a server that restarts finds its port free again.
_RANGE = range(20_000, 32_000)
_handed_out: set[int] = set()


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when a server could listen on `host:port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(preferred: int | None = None) -> int:
    """A port that nothing listens on, `preferred` if possible.

    Never one that this process was given before, or that another living process of the same user was given: its server
    may not have come up yet, or be away for a moment.
    """
    if preferred is not None and _take(preferred):
        return preferred
    for port in random.sample(_RANGE, len(_RANGE)):
        if _take(port):
            return port
    raise OSError("no free TCP port between 20000 and 31999")


def _take(port: int) -> bool:
    if port in _handed_out or not is_free(port):
        return False
    try:
        fcntl.lockf(_register(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _handed_out.add(port)
    return True


@cache
def _register() -> int:
    """A file of which each process locks one byte per port that it was given; the kernel unlocks them when it ends."""
    path = Path(tempfile.gettempdir()) / f"tsn-ports-{os.geteuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
