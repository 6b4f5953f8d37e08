"""Free TCP ports on this machine."""

import random
import socket

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
    """A port that nothing listens on, `preferred` if possible; never the same one twice in a process."""
    if preferred is not None and preferred not in _handed_out and is_free(preferred):
        _handed_out.add(preferred)
        return preferred
    for port in random.sample(_RANGE, len(_RANGE)):
        if port not in _handed_out and is_free(port):
            _handed_out.add(port)
            return port
    raise OSError("no free TCP port between 20000 and 31999")
