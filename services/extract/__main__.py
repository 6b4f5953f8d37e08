"""`python -m services.extract` serves; `python -m services.extract run` reads lines from standard input."""

import gc
import sys

if sys.argv[1:] == ["run"]:
    from services.extract import offline

    gc.freeze()  # the tables stay until the end: no collection need look at them again
    sys.exit(offline.run())
elif sys.argv[1:]:
    sys.exit("usage: python -m services.extract [run]")

from services.extract.main import run

run()
