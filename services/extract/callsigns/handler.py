"""gRPC of callsign data."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc

from mesh.rpc.paging import PageTokens, page_limit
from services.extract.callsigns.convert import file_from_wire, import_to_wire, licence_to_wire, row_from_wire
from services.extract.callsigns.imports import CallsignImporter
from services.extract.callsigns.records import CallsignRecords
from services.extract.domain.callsign_import import CallsignImport, CallsignUnknown, ImportInvalid, ImportStalled
from tsn.extract.v1 import callsign_pb2 as pb
from tsn.extract.v1 import callsign_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
CALLS_LIMIT = 1000
LIST_IMPORTS = "ListImports"
RECORD_PREFIX = "callsignRecords/"
Context = grpc.aio.ServicerContext[Any, Any]


class CallsignDataHandler(callsign_pb2_grpc.CallsignDataServiceServicer):
    """CallsignDataService."""

    def __init__(
        self, *, importer: CallsignImporter, records: CallsignRecords, pages: PageTokens, idle_seconds: float
    ) -> None:
        """`idle_seconds`: an import from which nothing comes for so long is given up."""
        self._importer = importer
        self._records = records
        self._pages = pages
        self._idle_seconds = idle_seconds

    async def ImportCallsigns(
        self, request_iterator: AsyncIterator[pb.ImportCallsignsRequest], context: Context
    ) -> AsyncIterator[pb.ImportCallsignsResponse]:
        """Answer where the file stands, then each batch once it is committed."""
        found: CallsignImport | None = None
        async for request in self._in_time(request_iterator):
            part = request.WhichOneof("part")
            if found is None:
                if part != "begin":
                    raise ImportInvalid("part", "the first message says which file it is")
                found = await self._importer.begin(file_from_wire(request.begin), again=request.begin.again)
            elif part == "rows":
                found = await self._importer.take(
                    found.id,
                    [row_from_wire(row) for row in request.rows.rows],
                    first_row=request.rows.first_row,
                    broken_lines=request.rows.broken_lines,
                )
            elif part == "end":
                found = await self._importer.finish(found.id, rows_taken=found.rows_taken)
            else:
                raise ImportInvalid("part", "rows or the end are expected")
            yield pb.ImportCallsignsResponse(**{"import": import_to_wire(found)})
            if part == "end":
                return

    async def _in_time(
        self, requests: AsyncIterator[pb.ImportCallsignsRequest]
    ) -> AsyncIterator[pb.ImportCallsignsRequest]:
        """`requests` while they come. Raises ImportStalled."""
        while True:
            try:
                async with asyncio.timeout(self._idle_seconds):
                    request = await anext(requests, None)
            except TimeoutError as error:
                raise ImportStalled(self._idle_seconds) from error
            if request is None:
                return
            yield request

    async def GetCallsignRecord(
        self, request: pb.GetCallsignRecordRequest, context: Context
    ) -> pb.GetCallsignRecordResponse:
        """Return what is known of one call."""
        call = request.name.removeprefix(RECORD_PREFIX).upper()
        found = await self._read([call])
        if not found:
            raise CallsignUnknown(call[:32])
        return pb.GetCallsignRecordResponse(record=found[0])

    async def LookupCallsigns(self, request: pb.LookupCallsignsRequest, context: Context) -> pb.LookupCallsignsResponse:
        """Return what is known of many calls."""
        if len(request.callsigns) > CALLS_LIMIT:
            raise ImportInvalid("callsigns", f"at most {CALLS_LIMIT}")
        calls = dict.fromkeys(call.upper() for call in request.callsigns)
        return pb.LookupCallsignsResponse(records=await self._read(list(calls)))

    async def _read(self, calls: Sequence[str]) -> list[pb.CallsignRecord]:
        licences, anonymous = await self._records.of(calls)
        return [licence_to_wire(licences[call], anonymous=call in anonymous) for call in calls if call in licences]

    async def ListImports(self, request: pb.ListImportsRequest, context: Context) -> pb.ListImportsResponse:
        """List imports, newest first."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        before = None
        if request.page_token:
            before = str(self._pages.read(request.page_token, request=LIST_IMPORTS)[0])
        found = await self._records.imports(before=before, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].id], request=LIST_IMPORTS) if len(found) > limit else ""
        return pb.ListImportsResponse(imports=[import_to_wire(one) for one in found[:limit]], next_page_token=token)
