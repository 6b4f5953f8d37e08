"""Where and when a file was recorded: what was given, then what its name says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from clients.common.errors import ClientError
from clients.common.labels import ChannelFrom, Labels
from clients.common.names import ParsedName, has_sidecar, parse_recording_name
from clients.common.sidecar import read_sidecar

DEFAULT_CHANNEL = "main"


class Unlabelled(ClientError):
    """Neither the options nor the file's name say what must be known of it."""


@dataclass(frozen=True)
class Given:
    """What the options say; None where they do not. `zone` is that of local times in names."""

    node: str | None
    channel: str | None
    captured_at: datetime | None
    zone: ZoneInfo
    channel_from: ChannelFrom | None = None
    """Where the channel comes from; None: from the name, unless `channel` says it."""

    def channel_of(self, folder: str, parsed: ParsedName) -> str:
        """Channel of a file in `folder`, which is relative to the archive."""
        source = self.channel_from or (ChannelFrom.FIXED if self.channel else ChannelFrom.NAME)
        labels = Labels(self.node, self.zone, channel=self.channel or DEFAULT_CHANNEL, channel_from=source)
        return labels.channel_of(folder, parsed)


@dataclass(frozen=True)
class LabelledFile:
    """A file to be sent. `captured_at` is aware, UTC; `ambiguous` when the local clock showed that time twice."""

    path: Path
    node: str
    channel: str
    captured_at: datetime
    ambiguous: bool = False


def label(path: Path, given: Given, *, folder: str = "") -> LabelledFile:
    """`path` with its labels. Reads trunk-recorder's JSON beside it where there is one. Raises Unlabelled, OSError."""
    ended_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    sidecar = read_sidecar(path) if has_sidecar(path) else {}
    parsed = parse_recording_name(path, given.zone, ended_at=ended_at, sidecar=sidecar)
    node = given.node or parsed.node
    if node is None:
        raise Unlabelled(f"{path}: its name holds no node; add --node NODE")
    captured_at = given.captured_at or parsed.captured_at
    if captured_at is None:
        raise Unlabelled(f"{path}: its name holds no time; add --captured-at, e.g. 2026-11-20T23:30:00Z")
    return LabelledFile(
        path=path,
        node=node,
        channel=given.channel_of(folder, parsed),
        captured_at=captured_at.astimezone(UTC),
        ambiguous=parsed.ambiguous_time and given.captured_at is None,
    )
