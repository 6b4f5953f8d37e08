"""Sends a register to the mesh: a few batches on their way at a time, from where the server wants them."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import grpc

from clients.cli.callsign_files import Register, find_register
from clients.cli.gateway import Gateway
from clients.common.backoff import Backoff
from clients.common.errors import Refused, Transient, from_rpc_error
from clients.common.telemetry import trace_metadata
from tsn.extract.v1.callsign_pb2 import (
    CallsignImport,
    CallsignImportBegin,
    CallsignImportEnd,
    CallsignImportState,
    CallsignRow,
    CallsignRows,
    ImportCallsignsRequest,
)

if TYPE_CHECKING:
    ImportCall = grpc.aio.StreamStreamCall[Any, Any]

ROWS_IN_BATCH = 250
"""Few, so that a service does not leave live texts waiting while it stores them."""
BATCHES_ON_THEIR_WAY = 8
SKIPPED_AT_ONCE = 20_000
ANSWER_SECONDS = 120.0
"""Longest wait for the mesh to commit something."""


class ImportView(Protocol):
    """Is told how an import comes along."""

    def begun(self, register: Register, found: CallsignImport) -> None:
        """The server said from where on it wants the file."""
        ...

    def moved(self, register: Register, found: CallsignImport) -> None:
        """More is committed."""
        ...


@dataclass(frozen=True)
class Outcome:
    """How an import ended. `rows_before`: what had been stored by an earlier run of the same file."""

    register: Register
    found: CallsignImport
    rows_before: int
    done_before: bool


@dataclass(frozen=True)
class CallsignImporter:
    """Imports one file, again where the stream breaks; each try goes on where the server is."""

    gateway: Gateway
    view: ImportView
    attempts: int = 8
    backoff: Backoff = field(default_factory=lambda: Backoff(cap_seconds=20.0))
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self, path: Path, *, author: str, again: bool) -> Outcome:
        """Import the register at `path`.

        Raises NotARegister, RegisterUnreadable, OSError, Refused, Transient (after the attempts), Unreachable.
        """
        register = await asyncio.to_thread(find_register, path)
        begin = CallsignImportBegin(
            source=register.source,
            sha256=await asyncio.to_thread(register.sha256),
            file_name=path.name[-255:],
            author=author,
            again=again,
        )
        failures, rows_before = 0, None
        while True:
            stream = _Stream(self.gateway, register, self.view)
            try:
                found = await stream.run(begin)
                return Outcome(
                    register=register,
                    found=found,
                    rows_before=stream.rows_before if rows_before is None else rows_before,
                    done_before=stream.done_before,
                )
            except Transient as error:
                # What came through shows that the mesh is there: patience begins anew.
                failures = 1 if stream.committed else failures + 1
                if failures >= self.attempts:
                    raise self.gateway.failure(error) from error
                if stream.begun:
                    begin.again = False
                    rows_before = stream.rows_before if rows_before is None else rows_before
                await self.sleep(self.backoff.delay_seconds(failures, error.retry_after_seconds))
            register = await asyncio.to_thread(find_register, path)


class _Stream:
    """One call of ImportCallsigns."""

    def __init__(self, gateway: Gateway, register: Register, view: ImportView) -> None:
        self._gateway = gateway
        self._register = register
        self._view = view
        self._free = asyncio.Semaphore(BATCHES_ON_THEIR_WAY)
        self.begun = False
        self.committed = False
        self.rows_before = 0
        self.done_before = False

    async def run(self, begin: CallsignImportBegin) -> CallsignImport:
        """The import when it is done. Raises Refused, Transient, RegisterUnreadable, OSError."""
        call: ImportCall = self._gateway.callsign_data.ImportCallsigns(metadata=trace_metadata())
        try:
            await call.write(ImportCallsignsRequest(begin=begin))
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await self._answer(call)
            self.begun, self.rows_before = True, found.rows_taken
            self._view.begun(self._register, found)
            if found.state == CallsignImportState.CALLSIGN_IMPORT_STATE_DONE:
                self.done_before = True
                return found
            return await self._send(call, found.rows_taken)
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error
        except TimeoutError as error:
            silence = f"the mesh stored nothing for {ANSWER_SECONDS:.0f} s"
            raise Transient(silence, code=grpc.StatusCode.DEADLINE_EXCEEDED) from error
        except asyncio.InvalidStateError as error:
            # The call ended while something was to be written: its status says why.
            raise await _status(call) from error
        finally:
            call.cancel()

    async def _send(self, call: "ImportCall", rows_taken: int) -> CallsignImport:
        reading = asyncio.create_task(self._read(call))
        writing = asyncio.create_task(self._write(call, rows_taken))
        try:
            await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                await writing
            async with asyncio.timeout(ANSWER_SECONDS):
                return await reading
        finally:
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)

    async def _write(self, call: "ImportCall", rows_taken: int) -> None:
        rows = self._register.rows()
        await _skip(rows, rows_taken)
        first, broken = rows_taken, self._register.broken_count
        while True:
            batch = await asyncio.to_thread(lambda: list(islice(rows, ROWS_IN_BATCH)))
            now_broken = self._register.broken_count
            if batch or now_broken > broken:
                message = CallsignRows(first_row=first, rows=batch, broken_lines=now_broken - broken)
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._free.acquire()
                    await call.write(ImportCallsignsRequest(rows=message))
            if not batch:
                break
            first, broken = first + len(batch), now_broken
        await call.write(ImportCallsignsRequest(end=CallsignImportEnd()))
        await call.done_writing()

    async def _read(self, call: "ImportCall") -> CallsignImport:
        while True:
            found = await self._answer(call)
            self.committed = True
            self._free.release()
            self._view.moved(self._register, found)
            if found.state == CallsignImportState.CALLSIGN_IMPORT_STATE_DONE:
                return found

    async def _answer(self, call: "ImportCall") -> CallsignImport:
        """The next answer; the caller bounds the wait."""
        answer = await call.read()
        if answer is grpc.aio.EOF:
            raise await _status(call)
        found: CallsignImport = getattr(answer, "import")
        return found


async def _status(call: "ImportCall") -> Refused | Transient:
    """Why the call ended without the last answer."""
    code = await call.code()
    if code is grpc.StatusCode.OK:
        return Transient("the server ended the import before its end")
    error = grpc.aio.AioRpcError(
        code, await call.initial_metadata(), await call.trailing_metadata(), details=await call.details()
    )
    return from_rpc_error(error)


async def _skip(rows: Iterator[CallsignRow], count: int) -> None:
    left = count
    while left > 0:
        step = min(left, SKIPPED_AT_ONCE)
        await asyncio.to_thread(deque, islice(rows, step), 0)
        left -= step
