"""The process that runs one engine: `python -m services.transcribe.engines.child`, started by `worker`.

It lives exactly as long as its standard input: when the parent goes away, however it goes, the pipe closes
and this process ends at once.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import queue
import signal
import sys
import threading
from typing import Any, BinaryIO

import numpy as np

from services.transcribe.domain.errors import EngineFailed, TranscribeError
from services.transcribe.domain.model import TranscriptResult
from services.transcribe.domain.ports import SpeechEngine
from services.transcribe.engines import frames
from services.transcribe.engines.spec import EngineSpec, build
from services.transcribe.engines.throttle import PartialThrottle

PR_SET_PDEATHSIG = 1


def main() -> None:
    _die_with_parent()
    # Ctrl-C reaches the whole terminal group; the parent decides when work ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    commands = sys.stdin.buffer
    answers = _claim_stdout()
    try:
        spec: EngineSpec = _read(commands)
        engine = build(spec)
        engine.load()
    except TranscribeError as error:
        _write(answers, frames.Refused(error))
        return
    _write(answers, frames.Ready(engine.info))
    _serve(engine, commands, answers)


def _serve(engine: SpeechEngine, commands: BinaryIO, answers: BinaryIO) -> None:
    """One job after the other, while a thread listens for cancels and for the end of the parent."""
    jobs: queue.SimpleQueue[frames.Job] = queue.SimpleQueue()
    cancelled: set[int] = set()

    def listen() -> None:
        try:
            while True:
                message: frames.ToChild = _read(commands)
                if isinstance(message, frames.Job):
                    jobs.put(message)
                else:
                    cancelled.add(message.number)
        except (EOFError, OSError):
            # The parent is gone and nobody can want the answer; a native call must not keep us.
            os._exit(0)

    threading.Thread(target=listen, name="commands", daemon=True).start()
    while True:
        job = jobs.get()
        _write(answers, frames.Done(job.number, _run(engine, job, cancelled, answers)))
        cancelled.discard(job.number)


def _run(
    engine: SpeechEngine, job: frames.Job, cancelled: set[int], answers: BinaryIO
) -> TranscriptResult | TranscribeError:
    throttle = PartialThrottle(
        lambda partial: _write(answers, frames.Heard(job.number, partial)),
        interval_seconds=job.partial_interval_seconds,
    )
    try:
        result = engine.transcribe(
            np.frombuffer(job.samples, dtype=np.float32),
            language=job.language,
            hints=job.hints,
            on_partial=throttle.offer if job.wants_partials else None,
            cancelled=lambda: job.number in cancelled,
        )
        throttle.flush()
        return result
    except TranscribeError as error:
        return error
    except Exception as error:  # a library's surprise must not end the process
        return EngineFailed(engine.info.engine, f"{type(error).__name__}: {error}")


def _read(stream: BinaryIO) -> Any:
    """The next message: an `EngineSpec` first, then `frames.ToChild`. Raises EOFError at the end of the stream."""
    header = stream.read(frames.HEADER.size)
    if len(header) < frames.HEADER.size:
        raise EOFError
    (length,) = frames.HEADER.unpack(header)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)


def _write(stream: BinaryIO, message: frames.FromChild) -> None:
    try:
        stream.write(frames.pack(message))
        stream.flush()
    except BrokenPipeError:
        os._exit(0)


def _claim_stdout() -> BinaryIO:
    """Keep standard output for frames; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _die_with_parent() -> None:
    """On Linux, be killed with the parent even inside a native call that never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
