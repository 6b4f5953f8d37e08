"""Run a command that the kernel kills when the process which started it is gone.

`python die_with_parent.py PARENT_PID PROGRAM ARGUMENT...` becomes PROGRAM, so the process id stays. It is
a program of its own, not a `preexec_fn`: code between fork and exec is unsafe in a process with threads, and
gRPC has threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask for the signal, make sure that the parent is still there, become the program."""
    parent, *command = sys.argv[1:]
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != int(parent):
        raise SystemExit("the parent has died already")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
