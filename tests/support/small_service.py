"""A service process with one worker, for tests of its life: `python -m tests.support.small_service READY LOG [stuck]`.

Writes its port to the file READY once everything runs, and what happens to the file LOG. With `stuck` its job never
ends.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from mesh.host import ServiceHost
from mesh.rpc.server import RpcServer
from mesh.telemetry.metrics import RpcMetrics, new_registry

Say = Callable[[str], None]


def main(ready: Path, log: Path, stuck: bool) -> None:
    """Run until SIGTERM."""
    with log.open("a", buffering=1) as lines:
        asyncio.run(serve(ready, lambda line: lines.write(line + "\n") and None, stuck))


async def serve(ready: Path, say: Say, stuck: bool) -> None:
    """The service: a job that begins at once and ends after the drain began, or never."""
    server = RpcServer(
        listen="127.0.0.1:0",
        metrics=RpcMetrics(new_registry()),
        register=lambda _: None,
        service_names=(),
        checks={},
    )
    host = ServiceHost(name="small", server=server, drain_seconds=1.0)
    draining = asyncio.Event()

    async def connect() -> None:
        say("connected")

    async def work() -> None:
        say("job began")
        await asyncio.to_thread(put, ready, str(server.port))
        try:
            await (asyncio.Event() if stuck else draining).wait()
            say("job ended")
        except asyncio.CancelledError:
            say("job given up")
            raise

    async def for_ever() -> None:
        await asyncio.Event().wait()

    async def close(name: str) -> None:
        say(f"closed {name}")

    host.on_connect(connect)
    host.add_task("for ever", for_ever)
    host.add_worker("worker", work, draining.set)
    host.on_close(lambda: close("database"))
    host.on_close(lambda: close("bus"))
    await host.run()
    say("stopped")


def put(file: Path, text: str) -> None:
    """Write a file that is never seen half written."""
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(text)
    unfinished.rename(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["stuck"])
