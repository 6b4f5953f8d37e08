"""Settings of the field agent: options of the command line before environment before defaults."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from clients.common.channel import DEFAULT_GATEWAY, parse_gateway
from clients.common.labels import ChannelFrom
from clients.common.zones import LOCAL_ZONE, zone_named
from clients.node.disk import DiskLimits

NODE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _state_folder() -> Path:
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "tsn-node"


class NodeSettings(BaseSettings):
    """Everything `tsn-node run` can be told. Lists in the environment are separated like PATH."""

    model_config = SettingsConfigDict(env_prefix="TSN_NODE_", extra="ignore", populate_by_name=True)

    gateway: str = Field(default=DEFAULT_GATEWAY, validation_alias=AliasChoices("TSN_NODE_GATEWAY", "TSN_GATEWAY"))
    """host:port of the gateway, plaintext; https://host for TLS."""
    watch: Annotated[tuple[Path, ...], NoDecode] = Field(default=(), validation_alias=AliasChoices("TSN_NODE_WATCH"))
    """Folders that recorders write to."""
    node: str | None = Field(default=None, validation_alias=AliasChoices("TSN_NODE_NODE", "TSN_NODE_ID"))
    """This node's id; without it the file names must tell."""
    channel: str = Field(default="main", min_length=1, max_length=64)
    """Channel of recordings for which nothing else says one."""
    channel_from: ChannelFrom = ChannelFrom.FIXED
    """fixed: always `channel`; folder: name of the folder a file lies in; name: from the file name."""
    channel_map: dict[str, str] = Field(default_factory=dict)
    """Channel by folder below the watched one, before all else. JSON in the environment."""
    time_zone: str = LOCAL_ZONE
    """IANA zone of times in file names; "local": this machine's."""
    spool: Path = Field(default_factory=_state_folder)
    """Folder of the spool database and of what was refused."""
    archive: Path | None = None
    """Folder for what was sent; unset: `archive` in the spool folder."""
    keep: bool = False
    """Leave files where they are instead of moving them."""
    stability_seconds: float = Field(default=3.0, gt=0, le=3600)
    """How long a file must stand still to count as finished."""
    heartbeat_seconds: float = Field(default=30.0, gt=0, le=3600)
    """Time between heartbeats."""
    give_up_seconds: float = Field(default=300.0, gt=0)
    """With --once: end after so long without progress."""
    concurrency: int = Field(default=2, ge=1, le=16)
    """Uploads at a time."""
    upload_base_seconds: float = Field(default=30.0, gt=0)
    """Deadline of an upload, to which a second is added for every 16 KiB."""
    backlog_seconds: float = Field(default=600.0, gt=0)
    """A file finished longer ago is backlog: sent in the batch lane, one at a time, beside what is live."""
    backlog_share: float = Field(default=0.2, gt=0, le=1)
    """Largest part of the time that one connection is busy with backlog; 1: as fast as it goes, as with --once."""
    disk_warn_percent: float = Field(default=80.0, gt=0, le=100)
    """Used part of a disk from which on the node warns."""
    disk_purge_percent: float = Field(default=90.0, gt=0, le=100)
    """From here on archived recordings are deleted, oldest first; only what the server has acknowledged."""
    disk_pause_percent: float = Field(default=95.0, gt=0, le=100)
    """From here on, with nothing archived left to delete, no new files are taken."""
    otlp_endpoint: str = Field(default="", validation_alias=AliasChoices("TSN_NODE_OTLP_ENDPOINT", "TSN_OTLP_ENDPOINT"))
    """Where traces go, http://host:4317; empty: nowhere."""
    log_format: Literal["console", "json"] = Field(
        default="console", validation_alias=AliasChoices("TSN_NODE_LOG_FORMAT", "TSN_LOG_FORMAT")
    )
    """console for people, json for collectors."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", validation_alias=AliasChoices("TSN_NODE_LOG_LEVEL", "TSN_LOG_LEVEL")
    )
    """Least important level logged."""

    @field_validator("watch", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part) for part in value.split(os.pathsep) if part)
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("gateway")
    @classmethod
    def _known_gateway(cls, value: str) -> str:
        parse_gateway(value)
        return value

    @field_validator("node")
    @classmethod
    def _node_id(cls, value: str | None) -> str | None:
        if value is not None and not NODE_ID.fullmatch(value):
            raise ValueError("a node id holds letters, digits, - and _, 1 to 64 characters")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        zone_named(value)
        return value

    @model_validator(mode="after")
    def _apart(self) -> Self:
        for folder in self.watch:
            for own in (self.spool, self.archive_folder):
                if folder.resolve().is_relative_to(own.resolve()):
                    raise ValueError(f"the watched folder {folder} lies in {own}, where sent files go")
        return self

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not self.disk_warn_percent <= self.disk_purge_percent <= self.disk_pause_percent:
            raise ValueError("disk percents must not fall: warn, purge, pause")
        return self

    @property
    def archive_folder(self) -> Path:
        """Where sent files go."""
        return self.archive if self.archive is not None else self.spool / "archive"

    @property
    def refused_folder(self) -> Path:
        """Where refused files go."""
        return self.spool / "refused"

    @property
    def zone(self) -> ZoneInfo:
        """Zone of times in file names."""
        return zone_named(self.time_zone)

    @property
    def disk_limits(self) -> DiskLimits:
        """Used shares of a disk from which on something is done."""
        return DiskLimits(self.disk_warn_percent / 100, self.disk_purge_percent / 100, self.disk_pause_percent / 100)

    @property
    def poll_seconds(self) -> float:
        """Time between sweeps: often enough to see a file twice within the stability window."""
        return max(0.05, min(1.0, self.stability_seconds / 2))
