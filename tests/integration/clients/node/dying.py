"""The node, killed by the kernel's hand when it comes to a named step: `python -m ... STEP run ...`."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from clients.node import shelf
from clients.node.main import run
from clients.node.spool import Spool


def main() -> None:
    """Arm the step given as first argument, then be `tsn-node`."""
    step = sys.argv.pop(1)
    owner: Any = {"rename": shelf.os, "link": shelf.os, "unlink": shelf.os}.get(step, Spool)
    armed = getattr(owner, step)
    setattr(owner, step, _deadly(armed) if owner is Spool else _deadly_for_recordings(armed))
    run()


def _deadly(_: Callable[..., object]) -> Callable[..., None]:
    def die(*_arguments: object, **_options: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    return die


def _deadly_for_recordings(operation: Callable[..., object]) -> Callable[..., object]:
    """Python itself renames and unlinks too; only a recording's move is the step that is meant."""

    def maybe_die(*paths: object, **options: object) -> object:
        if str(paths[0]).endswith(".wav"):
            os.kill(os.getpid(), signal.SIGKILL)
        return operation(*paths, **options)

    return maybe_die


if __name__ == "__main__":
    main()
