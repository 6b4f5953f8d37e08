"""What a sender says of its recordings: node, zone, channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from clients.common.names import ParsedName

CHANNEL_LENGTH = 64


class ChannelFrom(StrEnum):
    """Where a recording's channel comes from; the default channel where that says nothing."""

    FIXED = "fixed"
    FOLDER = "folder"
    NAME = "name"


@dataclass(frozen=True)
class Labels:
    """What is said of all recordings. `folders`: channel by folder below the top one, before all else."""

    node: str | None
    zone: ZoneInfo
    channel: str = "main"
    channel_from: ChannelFrom = ChannelFrom.FIXED
    folders: Mapping[str, str] = field(default_factory=dict)

    def channel_of(self, folder: str, parsed: ParsedName) -> str:
        """Channel of a file, 1 to 64 characters."""
        mapped = _deepest(self.folders, folder)
        if mapped:
            return mapped
        said: str | None = None
        if self.channel_from is ChannelFrom.FOLDER:
            said = folder.rsplit("/", 1)[-1]
        elif self.channel_from is ChannelFrom.NAME:
            said = parsed.channel
        return (said or self.channel)[:CHANNEL_LENGTH]


def _deepest(folders: Mapping[str, str], folder: str) -> str | None:
    parts = folder.split("/") if folder else []
    for length in range(len(parts), -1, -1):
        channel = folders.get("/".join(parts[:length]))
        if channel:
            return channel[:CHANNEL_LENGTH]
    return None
