"""What all commands share: the options, one channel, one span, failures told in a line."""

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

import typer
from opentelemetry.trace import SpanKind, Tracer

from clients.cli.failures import FAILURE, INTERRUPTED, explain
from clients.cli.gateway import Gateway
from clients.cli.output import Output
from clients.common.channel import DEFAULT_GATEWAY, parse_gateway
from clients.common.telemetry import start_tracing

GATEWAY_VARIABLE = "TSN_GATEWAY"
DEFAULT_TIMEOUT_SECONDS = 30.0

GatewayOption = Annotated[
    str | None,
    typer.Option(
        "--gateway",
        metavar="HOST:PORT",
        help=f"Where the gateway listens; https://HOST for TLS. (env {GATEWAY_VARIABLE}; default: {DEFAULT_GATEWAY})",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs: one JSON document, or one a line for streams.")]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=0.001,
        metavar="SECONDS",
        help=f"Longest a call that answers once may take. (default: {DEFAULT_TIMEOUT_SECONDS:.0f})",
    ),
]


@dataclass(frozen=True)
class Settings:
    """The options that every command takes."""

    gateway: str = ""
    """Empty: what the environment says, else the default."""
    as_json: bool = False
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS

    def merged(self, gateway: str | None, as_json: bool, timeout_seconds: float | None) -> "Settings":
        """These, with what was given in a narrower place."""
        return replace(
            self,
            gateway=gateway or self.gateway,
            as_json=as_json or self.as_json,
            timeout_seconds=timeout_seconds or self.timeout_seconds,
        )


@dataclass(frozen=True)
class Call:
    """One run of a command: where it asks and where it answers."""

    gateway: Gateway
    output: Output
    tracer: Tracer


CommandBody = Callable[..., Awaitable[None]]

_SHARED = {"gateway": (GatewayOption, None), "as_json": (JsonOption, False), "timeout": (TimeoutOption, None)}


def command(app: typer.Typer, name: str) -> Callable[[CommandBody], CommandBody]:
    """Make an `async def body(call: Call, ...)` a command of `app`; `call` and the shared options are added here.

    A body that fails raises ClientError, OSError or typer.BadParameter; `typer.Exit(1)` when it has told why itself.
    """

    def register(body: CommandBody) -> CommandBody:
        app.command(name)(_runner(body, name))
        return body

    return register


def without_verb(app: typer.Typer, name: str) -> Callable[[CommandBody], CommandBody]:
    """As `command`, for what a group does when no verb follows its name."""

    def register(body: CommandBody) -> CommandBody:
        app.callback(invoke_without_command=True)(_runner(body, name))
        return body

    return register


def _runner(body: CommandBody, name: str) -> Callable[..., None]:
    own = list(inspect.signature(body, eval_str=True).parameters.values())[1:]

    def run(context: typer.Context, **given: Any) -> None:
        shared = [given.pop(option) for option in _SHARED]
        settings = (context.find_root().obj or Settings()).merged(*shared)
        if context.invoked_subcommand is not None:
            # What stands between the group and its verb is for the verb.
            context.find_root().obj = settings
            return
        _run(settings, f"cli.{context.info_name or name}", partial(body, **given))

    first = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    last = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for option, (annotation, default) in _SHARED.items()
    ]
    parameters = [first, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *last]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = body.__doc__
    return run


def _run(settings: Settings, span_name: str, body: CommandBody) -> None:
    settings = replace(settings, gateway=_address(settings.gateway))
    output = Output(as_json=settings.as_json)
    try:
        asyncio.run(_serve(settings, span_name, output, body))
    except (typer.Exit, typer.BadParameter):
        raise
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        output.fail(explain(error, settings.gateway))
        if os.environ.get("TSN_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        raise typer.Exit(FAILURE) from None


async def _serve(settings: Settings, span_name: str, output: Output, body: CommandBody) -> None:
    tracing = start_tracing("tsn-cli", os.environ.get("TSN_OTLP_ENDPOINT", ""))
    try:
        async with Gateway(settings.gateway, settings.timeout_seconds) as gateway:
            with tracing.tracer.start_as_current_span(span_name, kind=SpanKind.CLIENT):
                await body(Call(gateway, output, tracing.tracer))
    finally:
        await asyncio.to_thread(tracing.shutdown)


def _address(text: str) -> str:
    chosen = text or os.environ.get(GATEWAY_VARIABLE) or DEFAULT_GATEWAY
    try:
        parse_gateway(chosen)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--gateway") from None
    return chosen
