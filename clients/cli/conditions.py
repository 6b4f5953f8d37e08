"""Options to the `filter` of list requests (AIP-160), and moments as people give them."""

import re
from datetime import UTC, datetime, timedelta

import typer

from clients.cli.render import exact_moment

_AGO = re.compile(r"(\d{1,4})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def quoted(value: str) -> str:
    """`value` as a filter's string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def conditions(*parts: tuple[str, str, str | None]) -> str:
    """`field op value` joined by AND, without those whose value is None."""
    return " AND ".join(f"{field} {op} {quoted(value)}" for field, op, value in parts if value is not None)


def recording_filter(
    node: str | None, channel: str | None, callsign: str | None, since: str | None, until: str | None
) -> str:
    """Filter of recordings and searches. Raises typer.BadParameter."""
    return conditions(
        ("node", "=", node.removeprefix("nodes/") if node else None),
        ("channel", "=", channel),
        ("callsign", "=", callsign.upper() if callsign else None),
        ("captured_at", ">=", _stamp(since, "--since")),
        ("captured_at", "<", _stamp(until, "--until")),
    )


def job_filter(
    *parts: tuple[str, str, str | None],
    node: str | None = None,
    since: str | None = None,
    until: str | None = None,
    also: str | None = None,
) -> str:
    """Filter of jobs: `parts`, the node, times of queueing, and `also`, a filter of the caller's own.

    Raises typer.BadParameter.
    """
    own = conditions(
        *parts,
        ("node", "=", node.removeprefix("nodes/") if node else None),
        ("created_at", ">=", _stamp(since, "--since")),
        ("created_at", "<", _stamp(until, "--until")),
    )
    return " AND ".join(part for part in (own, also) if part)


def review_filter(
    recording: str | None,
    node: str | None,
    callsign: str | None,
    author: str | None,
    since: str | None,
    *,
    holding: bool,
) -> str:
    """Filter of reviews. Raises typer.BadParameter."""
    return conditions(
        ("recording", "=", recording),
        ("node", "=", node.removeprefix("nodes/") if node else None),
        ("callsign", "=", callsign.upper() if callsign else None),
        ("author", "=", author),
        ("created_at", ">=", _stamp(since, "--since")),
        ("undone", "=", "false" if holding else None),
    )


def moment_of(text: str, option: str) -> datetime:
    """RFC 3339, or how long ago: `7d`. Raises typer.BadParameter."""
    ago = _AGO.fullmatch(text)
    return _ago(ago) if ago else parse_moment(text, option)


def parse_moment(text: str, option: str) -> datetime:
    """RFC 3339 with a zone, as UTC. Raises typer.BadParameter, saying what is missing."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not an RFC 3339 time such as 2026-11-20T23:30:00Z", param_hint=option
        ) from None
    if moment.tzinfo is None:
        raise typer.BadParameter(
            f"{text!r} says no time zone; add Z for UTC or an offset such as -05:00", param_hint=option
        )
    return moment.astimezone(UTC)


def _stamp(text: str | None, option: str) -> str | None:
    if text is None:
        return None
    return exact_moment(moment_of(text, option))


def _ago(match: re.Match[str]) -> datetime:
    return datetime.now(UTC) - timedelta(**{_UNITS[match[2]]: int(match[1])})
