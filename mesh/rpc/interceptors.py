"""What happens around every call: deadline, errors, access log, metrics. Tracing comes from OpenTelemetry's own."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import grpc
import structlog

from mesh.errors import Kind, TsnError
from mesh.rpc.errors import to_status
from mesh.telemetry.metrics import RpcMetrics

UNARY_LIMIT_SECONDS = 60.0
"""Longest a call with one answer may take when its caller sets no deadline."""

log = structlog.get_logger(__name__)


class _UnexpectedFailure(TsnError):
    """Stands for a bug: the caller learns nothing of its inside."""

    kind = Kind.INTERNAL
    reason = "INTERNAL"


class EdgeInterceptor(grpc.aio.ServerInterceptor):
    """Bounds each call in time, translates failures once, logs and counts."""

    def __init__(self, *, metrics: RpcMetrics, unary_limit_seconds: float = UNARY_LIMIT_SECONDS) -> None:
        self._metrics = metrics
        self._limit = unary_limit_seconds

    async def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """Wrap the method's handler, whichever of the four shapes it has."""
        handler: Any = await continuation(handler_call_details)
        method = str(handler_call_details.method)
        if handler is None or method.startswith(("/grpc.health.", "/grpc.reflection.")):
            return handler  # type: ignore[no-any-return]
        make, behaviour = _shape(handler)
        wrapped = self._streamed(method, behaviour) if handler.response_streaming else self._unary(method, behaviour)
        made: grpc.RpcMethodHandler[Any, Any] = make(
            wrapped,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )
        return made

    def _unary(self, method: str, behaviour: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            async with self._around(method, context):
                async with asyncio.timeout(None if context.time_remaining() is not None else self._limit):
                    return await behaviour(request, context)

        return call

    def _streamed(self, method: str, behaviour: Callable[..., AsyncIterator[Any]]) -> Callable[..., AsyncIterator[Any]]:
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
            async with self._around(method, context):
                # Closed here and now when the caller goes away, so that the handler's own clean-up runs.
                async with aclosing(cast("AsyncGenerator[Any, None]", behaviour(request, context))) as answers:
                    async for answer in answers:
                        yield answer

        return call

    @asynccontextmanager
    async def _around(self, method: str, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[None]:
        started = time.perf_counter()
        code = "OK"
        try:
            yield
        except TsnError as error:
            status = to_status(error)
            code = status.code.name
            log.info("call refused", method=method, code=code, reason=error.reason, message=error.message)
            await _abort(context, status)
        except TimeoutError:
            code = "DEADLINE_EXCEEDED"
            await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, f"{method} took too long")
        except (asyncio.CancelledError, GeneratorExit):
            code = "CANCELLED"
            raise
        except grpc.aio.AbortError:
            aborted_with: Any = context.code()
            code = aborted_with.name if isinstance(aborted_with, grpc.StatusCode) else "UNKNOWN"
            raise
        except Exception:
            code = "INTERNAL"
            log.exception("call failed", method=method)
            await _abort(context, to_status(_UnexpectedFailure("internal error; the log has the details")))
        finally:
            seconds = time.perf_counter() - started
            self._metrics.calls.labels(method=method, code=code).inc()
            self._metrics.seconds.labels(method=method).observe(seconds)
            log.debug("call", method=method, code=code, milliseconds=round(seconds * 1000, 1))


async def _abort(context: grpc.aio.ServicerContext[Any, Any], status: grpc.Status) -> None:
    """End the call. Not by `abort_with_status`: OpenTelemetry does not see it, and the span would show no failure."""
    await context.abort(status.code, status.details or "", tuple(status.trailing_metadata or ()))


def _shape(handler: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if handler.request_streaming and handler.response_streaming:
        return grpc.stream_stream_rpc_method_handler, handler.stream_stream
    if handler.request_streaming:
        return grpc.stream_unary_rpc_method_handler, handler.stream_unary
    if handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler, handler.unary_stream
    return grpc.unary_unary_rpc_method_handler, handler.unary_unary
