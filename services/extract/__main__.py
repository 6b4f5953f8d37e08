"""`python -m services.extract` serves; `python -m services.extract run` reads lines from standard input."""

import gc
import sys

if sys.argv[1:] in (["run"], ["run", "--entities"]):
    from services.extract import offline

    gc.freeze()  # the tables stay until the end: no collection need look at them again
    sys.exit(offline.run(entities="--entities" in sys.argv))
elif sys.argv[1:]:
    sys.exit("usage: python -m services.extract [run [--entities]]")

from services.extract.main import run

run()
