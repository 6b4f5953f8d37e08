"""A speech engine in a process of its own, seen from asyncio.

Engines hold the interpreter lock for long (PocketSphinx for every block), crash in native code, and
may hang; in a child process none of this reaches the event loop, and a kill ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.errors import EngineCrashed, EngineTimedOut, EngineUnavailable
from services.transcribe.domain.model import SAMPLE_RATE_HZ, EngineInfo, Partial, TranscriptResult
from services.transcribe.domain.ports import require_audio
from services.transcribe.engines import frames
from services.transcribe.engines.spec import EngineSpec

CHILD = "services.transcribe.engines.child"


class ProcessEngine:
    """One engine in one child process; one recording at a time, further callers wait.

    The model is loaded once, by `start`. A process that died or was killed is started again by the next call.
    """

    def __init__(
        self,
        spec: EngineSpec,
        *,
        start_timeout_seconds: float = 300.0,
        base_timeout_seconds: float = 60.0,
        timeout_per_audio_second: float = 20.0,
        cancel_grace_seconds: float = 0.8,
        partial_interval_seconds: float = 0.0,
    ) -> None:
        """
        Args:
            spec: the engine to build in the child.
            start_timeout_seconds: for loading the model, including a download where `spec` names one.
            base_timeout_seconds, timeout_per_audio_second: a recording may take the first plus the second
                times its length.
            cancel_grace_seconds: how long the engine may take to notice a cancel before it is killed. A cancel is
                seen in the database within half a second, and work ends within two.
            partial_interval_seconds: at most one partial per interval, and the last of each segment.
        """
        self._spec = spec
        self._start_timeout_seconds = start_timeout_seconds
        self._base_timeout_seconds = base_timeout_seconds
        self._timeout_per_audio_second = timeout_per_audio_second
        self._cancel_grace_seconds = cancel_grace_seconds
        self._partial_interval_seconds = partial_interval_seconds
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._expected_bytes: int | None = None
        self._info: EngineInfo | None = None
        self._last_job = 0

    @property
    def info(self) -> EngineInfo:
        """What the engine said of itself at `start`; a LookupError before that."""
        if self._info is None:
            raise LookupError("the engine has not been started")
        return self._info

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._process.pid if self._process is not None else None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> EngineInfo:
        """Start the process and load the model; does nothing where it already runs.

        Raises:
            EngineUnavailable: missing library, model or device, or loading took too long.
            EngineCrashed: the process died while loading.
        """
        async with self._turn:
            return await self._ensure_started()

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        await self._kill()

    async def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
    ) -> TranscriptResult:
        """Transcribe one recording; cancel the awaiting task to stop the work.

        Args:
            audio: float32, shape (samples,), 16 kHz mono, -1..1.
            on_partial: called on the event loop.

        Raises:
            EngineTimedOut, EngineCrashed: the process was lost; the next call starts another.
            Otherwise as `SpeechEngine.transcribe`, and as `start` where the process has to be started.
        """
        require_audio(audio)
        async with self._turn:
            await self._ensure_started()
            self._last_job += 1
            job = frames.Job(
                self._last_job,
                audio.tobytes(),
                language,
                tuple(hints),
                wants_partials=on_partial is not None,
                partial_interval_seconds=self._partial_interval_seconds,
            )
            limit = self._base_timeout_seconds + self._timeout_per_audio_second * audio.size / SAMPLE_RATE_HZ
            try:
                async with asyncio.timeout(limit):
                    await self._send(job)
                    return await self._outcome(job.number, on_partial)
            except TimeoutError:
                await self._kill()
                raise EngineTimedOut(self._spec.name, limit) from None
            except (OSError, asyncio.IncompleteReadError, pickle.UnpicklingError) as error:
                raise await self._crashed() from error
            except asyncio.CancelledError:
                await self._abandon(job.number)
                raise

    async def _outcome(self, number: int, on_partial: Callable[[Partial], None] | None) -> TranscriptResult:
        """The answer to job `number`; partials are handed on meanwhile, older jobs' answers dropped."""
        while True:
            message = await self._receive()
            if isinstance(message, frames.Heard) and message.number == number and on_partial is not None:
                on_partial(message.partial)
            elif isinstance(message, frames.Done) and message.number == number:
                if isinstance(message.outcome, TranscriptResult):
                    return message.outcome
                raise message.outcome

    async def _abandon(self, number: int) -> None:
        """Ask the engine to drop the job and wait until it has; kill it if it does not listen."""
        try:
            async with asyncio.timeout(self._cancel_grace_seconds):
                await self._send(frames.Cancel(number))
                while True:
                    message = await self._receive()
                    if isinstance(message, frames.Done) and message.number == number:
                        return
        except (TimeoutError, asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
            await self._kill()

    async def _ensure_started(self) -> EngineInfo:
        if self._process is not None and self._process.returncode is None and self._info is not None:
            return self._info
        await self._kill()
        self._expected_bytes = None
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            CHILD,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # The child must find the same packages, whoever arranged our path.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
        )
        try:
            async with asyncio.timeout(self._start_timeout_seconds):
                await self._send(self._spec)
                message = await self._receive()
        except TimeoutError:
            await self._kill()
            reason = f"it did not load within {self._start_timeout_seconds:g} s"
            raise EngineUnavailable(self._spec.name, reason) from None
        except (OSError, asyncio.IncompleteReadError) as error:
            raise await self._crashed() from error
        except asyncio.CancelledError:
            await self._kill()
            raise
        if isinstance(message, frames.Ready):
            self._info = message.info
            return message.info
        await self._kill()
        if isinstance(message, frames.Refused):
            raise message.error
        raise EngineCrashed(self._spec.name, f"it began with {type(message).__name__}")

    async def _send(self, message: object) -> None:
        if self._process is None or self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(frames.pack(message))
        await self._process.stdin.drain()

    async def _receive(self) -> frames.FromChild:
        """The next message. A cancel between header and body loses nothing: the length is remembered."""
        if self._process is None or self._process.stdout is None:
            raise BrokenPipeError
        stream = self._process.stdout
        if self._expected_bytes is None:
            (self._expected_bytes,) = frames.HEADER.unpack(await stream.readexactly(frames.HEADER.size))
        body = await stream.readexactly(self._expected_bytes)
        self._expected_bytes = None
        message: frames.FromChild = pickle.loads(body)
        return message

    async def _crashed(self) -> EngineCrashed:
        process = self._process
        await self._kill()
        status = process.returncode if process is not None else None
        return EngineCrashed(self._spec.name, f"its process ended with status {status}")

    async def _kill(self) -> None:
        """End the process and reap it, even where this task is being cancelled."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            # Not Process.kill(): that polls first, and a child it reaps is lost to asyncio with its exit status.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())
