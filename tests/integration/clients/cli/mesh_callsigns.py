"""Registers of callsigns in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import grpc

from tests.integration.clients.node.ingest_server import Refusal, refuse
from tsn.extract.v1 import callsign_pb2 as pb
from tsn.extract.v1.callsign_pb2_grpc import CallsignDataServiceServicer

Context = Any
TOLERATED_ROWS = 7
"""A stream that is to break does so after this many rows of a batch."""


@dataclass
class Callsigns(CallsignDataServiceServicer):
    """Keeps rows as they come; the next `breaks` streams break after some of them."""

    records: dict[str, pb.CallsignRecord] = field(default_factory=dict)
    imports: list[pb.CallsignImport] = field(default_factory=list)
    begun: list[pb.CallsignImportBegin] = field(default_factory=list)
    rows: list[pb.CallsignRow] = field(default_factory=list)
    broken_lines: int = 0
    breaks: int = 0

    async def ImportCallsigns(
        self, request_iterator: AsyncIterator[pb.ImportCallsignsRequest], context: Context
    ) -> AsyncIterator[pb.ImportCallsignsResponse]:
        async for request in request_iterator:
            part = request.WhichOneof("part")
            if part == "begin":
                self.begun.append(request.begin)
            if part == "rows":
                assert request.rows.first_row == len(self.rows)
                if self.breaks:
                    self.breaks -= 1
                    self.rows.extend(request.rows.rows[:TOLERATED_ROWS])
                    await refuse(context, Refusal(grpc.StatusCode.UNAVAILABLE))
                self.rows.extend(request.rows.rows)
                self.broken_lines += request.rows.broken_lines
            yield pb.ImportCallsignsResponse(**{"import": self._found(ended=part == "end")})

    def _found(self, *, ended: bool) -> pb.CallsignImport:
        state = pb.CALLSIGN_IMPORT_STATE_DONE if ended else pb.CALLSIGN_IMPORT_STATE_RUNNING
        return pb.CallsignImport(
            source=self.begun[-1].source, state=state, rows_taken=len(self.rows), broken_lines=self.broken_lines
        )

    async def ListImports(self, request: pb.ListImportsRequest, context: Context) -> pb.ListImportsResponse:
        return pb.ListImportsResponse(imports=self.imports)

    async def GetCallsignRecord(
        self, request: pb.GetCallsignRecordRequest, context: Context
    ) -> pb.GetCallsignRecordResponse:
        found = self.records.get(request.name.partition("/")[2])
        if found is None:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "CALLSIGN_UNKNOWN"))
        return pb.GetCallsignRecordResponse(record=found)
