"""Exit codes, and what a person is told when a command fails."""

from dataclasses import dataclass

import grpc

from clients.common.errors import ClientError, Refused, Transient

FAILURE = 1
INTERRUPTED = 130

_LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")

HINTS: dict[grpc.StatusCode, str] = {
    grpc.StatusCode.DEADLINE_EXCEEDED: "--timeout SECONDS waits longer; `tsn status` shows what answers",
    grpc.StatusCode.UNAVAILABLE: "`tsn status` shows which service does not answer",
    grpc.StatusCode.INTERNAL: "the log of the service has the details; the trace id leads to them",
    grpc.StatusCode.UNAUTHENTICATED: "the server wants to know who you are",
}
REASON_HINTS: dict[str, str] = {
    "NODE_UNKNOWN": "`tsn nodes add NODE` registers it, `tsn nodes list` shows those that are",
    "NODE_EXISTS": "`tsn nodes list` shows it",
    "RECORDING_UNKNOWN": "`tsn recordings list` shows names",
    "RECORDING_NOT_FOUND": "`tsn recordings list` shows names",
    "JOB_UNKNOWN": "`tsn jobs list` shows names",
    "JOB_ENDED": "`tsn jobs show JOB` shows how it ended",
    "JOB_NOT_RETRYABLE": "`tsn jobs show JOB` shows its state and history",
    "JOB_NOT_DEAD": "only dead jobs can be put aside; `tsn jobs cancel JOB` stops one that has not ended",
    "BATCH_UNKNOWN": "`tsn batches list` shows names",
    "BATCH_CLOSED": "`tsn batches show BATCH` shows how it stands; `tsn batches retry BATCH` takes a cancelled one up",
    "BATCH_ENDED": "`tsn batches show BATCH` shows how it ended",
    "CORRECTION_UNKNOWN": "`tsn corrections list` shows them",
    "CORRECTION_EXISTS": "`tsn corrections remove WORDS` makes room, `tsn corrections enable WORDS` puts it in force",
    "WORD_HOLDS_SENTENCES": "`tsn corrections test TEXT --with WORDS=MEANT` shows what a correction would do",
    "URL_NOT_ALLOWED": "the operator of the mesh allows hosts (TSN_INGEST_URL_ALLOW)",
    "RECORDING_NEVER_READ": "`tsn why RECORDING` shows how far it is",
    "MENTION_NOT_FOUND": "`tsn mentions list RECORDING` shows what is read there; `tsn mentions add` adds a call",
    "MENTION_AMBIGUOUS": "add --segment N, and --start N where it stands there twice",
    "MENTION_EXISTS": "`tsn mentions list RECORDING` shows it",
    "PLACE_NOT_FOUND": "`tsn recordings show RECORDING` shows the segments, the first is number 0",
    "CALLSIGN_IMPLAUSIBLE": "--force takes a call that no country issues",
    "REVIEW_NOT_FOUND": "`tsn reviews list` shows names",
    "REVIEW_CONFLICT": "`tsn reviews list --callsign CALL` shows who said what",
    "OPT_OUT_NOT_FOUND": "`tsn callsigns opt-outs` shows those that are left out",
    "GLOSSARY_TERM_UNKNOWN": "`tsn glossary list` shows names",
    "FILTER_INVALID": 'a filter is conditions joined by AND, e.g. state = "dead" AND node = "w7abc"',
    "PAGE_TOKEN_INVALID": "begin without --page-token",
}


class Unreachable(ClientError):
    """Nothing that speaks gRPC listens at the gateway's address."""

    def __init__(self, address: str) -> None:
        local = address.removeprefix("http://").startswith(_LOOPBACK)
        question = "is the stack up? `make up`" if local else "is the address right? --gateway or TSN_GATEWAY"
        super().__init__(f"cannot reach {address}; {question}")


class NotFinished(ClientError):
    """What was waited for did not happen in time."""


@dataclass(frozen=True)
class Explanation:
    """At most two lines. `reason` is for programs."""

    reason: str
    message: str
    hint: str = ""


def explain(error: Exception, address: str) -> Explanation:
    """What to tell of `error`, which happened while the gateway at `address` was asked."""
    if isinstance(error, Unreachable):
        return Explanation("UNREACHABLE", str(error))
    if isinstance(error, Refused | Transient):
        return _explain_status(error, address)
    if isinstance(error, ClientError):
        return Explanation(type(error).__name__.upper(), str(error))
    if isinstance(error, OSError):
        return Explanation("OS_ERROR", f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return Explanation(
        "BUG", f"{type(error).__name__}: {error}".rstrip(": "), "TSN_LOG_LEVEL=DEBUG shows where it happened"
    )


def _explain_status(error: Refused | Transient, address: str) -> Explanation:
    named = error.reason if error.reason not in ("", error.code.name) else ""
    status = f"{error.code.name} {named}".rstrip()
    hint = REASON_HINTS.get(named) or HINTS.get(error.code, "")
    if error.code is grpc.StatusCode.UNIMPLEMENTED and not named:
        hint = f"is {address} the gateway of a TSN mesh?"
    return Explanation(named or error.code.name, f"{error.message or 'no message'} [{status}]", hint)
