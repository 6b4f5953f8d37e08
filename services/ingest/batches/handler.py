"""gRPC of batches."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from mesh.rpc.paging import PageTokens, page_limit
from services.ingest.batches.convert import batch_to_wire, order_from_wire, order_to_wire
from services.ingest.batches.keeper import BatchKeeper
from services.ingest.domain import validation
from services.ingest.domain.batches import OVER, Batch, BatchKind, BatchOrder
from services.ingest.filters import conditions_on_recordings
from services.ingest.store.batch_work import BatchWork
from services.ingest.store.batches import BatchRepository
from tsn.ingest.v1 import batch_pb2 as pb
from tsn.ingest.v1 import batch_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
LIST_BATCHES = "ListBatches"
POLL_SECONDS, POLL_MOST_SECONDS = 0.5, 2.0
"""The wait doubles while nothing changes."""
Context = grpc.aio.ServicerContext[Any, Any]


class BatchHandler(batch_pb2_grpc.BatchServiceServicer):
    """BatchService."""

    def __init__(
        self,
        *,
        batches: BatchRepository,
        work: BatchWork,
        keeper: BatchKeeper,
        pages: PageTokens,
        watch_limit_seconds: float,
    ) -> None:
        self._batches = batches
        self._work = work
        self._keeper = keeper
        self._pages = pages
        self._watch_limit_seconds = watch_limit_seconds

    async def CreateBatch(self, request: pb.CreateBatchRequest, context: Context) -> pb.CreateBatchResponse:
        """Make a batch, or say how big it would be."""
        order = order_from_wire(request.batch)
        announced = request.batch.total_recordings if order.kind is BatchKind.IMPORT else 0
        if request.dry_run:
            total = announced if order.kind is BatchKind.IMPORT else await self._size(order)
            return pb.CreateBatchResponse(batch=order_to_wire(order, total_recordings=total))
        request_id = validation.request_id(request.request_id) if request.request_id else ""
        batch = await self._batches.create(order, total_recordings=announced, request_id=request_id)
        self._keeper.wake()
        return pb.CreateBatchResponse(batch=await self._to_wire(batch))

    async def GetBatch(self, request: pb.GetBatchRequest, context: Context) -> pb.GetBatchResponse:
        """Return one batch."""
        return pb.GetBatchResponse(batch=await self._read(validation.batch_id(request.name)))

    async def ListBatches(self, request: pb.ListBatchesRequest, context: Context) -> pb.ListBatchesResponse:
        """Return one page of batches, newest first."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        before = str(self._pages.read(request.page_token, request=LIST_BATCHES)[0]) if request.page_token else None
        found = await self._batches.page(before=before, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].id], request=LIST_BATCHES) if len(found) > limit else ""
        shown = found[:limit]
        progress = await self._batches.progress(shown)
        return pb.ListBatchesResponse(
            batches=[batch_to_wire(*each) for each in zip(shown, progress, strict=True)], next_page_token=token
        )

    async def WatchBatch(self, request: pb.WatchBatchRequest, context: Context) -> AsyncIterator[pb.WatchBatchResponse]:
        """Send a batch as it stands, then as it changes, until it has ended."""
        batch_id = validation.batch_id(request.name)
        seen: pb.Batch | None = None
        wait_seconds = POLL_SECONDS
        until = asyncio.get_running_loop().time() + self._watch_limit_seconds
        while asyncio.get_running_loop().time() < until:
            batch = await self._batches.get(batch_id)
            message = await self._to_wire(batch)
            changed = message != seen
            if changed:
                yield pb.WatchBatchResponse(batch=message)
            if batch.state in OVER:
                return
            seen = message
            wait_seconds = POLL_SECONDS if changed else min(POLL_MOST_SECONDS, wait_seconds * 2)
            await asyncio.sleep(wait_seconds)

    async def CancelBatch(self, request: pb.CancelBatchRequest, context: Context) -> pb.CancelBatchResponse:
        """Stop a batch."""
        batch_id = validation.batch_id(request.name)
        await self._work.cancel(batch_id)
        return pb.CancelBatchResponse(batch=await self._read(batch_id))

    async def RetryBatch(self, request: pb.RetryBatchRequest, context: Context) -> pb.RetryBatchResponse:
        """Queue what failed or was stopped again."""
        batch_id = validation.batch_id(request.name)
        retried = await self._work.retry(batch_id)
        self._keeper.wake()
        return pb.RetryBatchResponse(batch=await self._read(batch_id), retried=retried)

    async def _size(self, order: BatchOrder) -> int:
        return await self._batches.count(conditions_on_recordings(order.filter), order.stage)

    async def _read(self, batch_id: str) -> pb.Batch:
        return await self._to_wire(await self._batches.get(batch_id))

    async def _to_wire(self, batch: Batch) -> pb.Batch:
        (progress,) = await self._batches.progress([batch])
        return batch_to_wire(batch, progress)
