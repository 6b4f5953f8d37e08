"""Keeps the node's disks from filling up: warns, then deletes what the server has, then stops taking files."""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from clients.node.settle import Settler
from clients.node.spool import Spool

PURGE_AT_ONCE = 200
"""Files deleted in one check at most, so that a sweep stays short; the next check goes on."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DiskUsage:
    """A disk as programs without privileges see it."""

    total_bytes: int
    free_bytes: int

    @property
    def used_share(self) -> float:
        """0 to 1, as `df` reckons it."""
        return 1 - self.free_bytes / self.total_bytes if self.total_bytes else 0.0


UsageOf = Callable[[Path], DiskUsage]
"""The disk that a folder lies on. Raises OSError."""


@dataclass(frozen=True)
class DiskLimits:
    """Used shares of a disk, 0 to 1, from which on something is done."""

    warn: float = 0.80
    purge: float = 0.90
    pause: float = 0.95


def disk_usage(folder: Path) -> DiskUsage:
    """The disk that `folder` lies on, blocks kept for root left out. Raises OSError."""
    status = os.statvfs(folder)
    usable_blocks = status.f_blocks - status.f_bfree + status.f_bavail
    return DiskUsage(usable_blocks * status.f_frsize, status.f_bavail * status.f_frsize)


class DiskGuard:
    """Watches the disks of spool and archive.

    Deleted are only files that the server has acknowledged, that this node moved into its archive, and that are still
    the same: oldest airtime first. What waits, what was refused and what is not ours is never touched. Files are taken
    in until a disk is nearly full and nothing of that kind is left.
    """

    def __init__(
        self,
        *,
        spool: Spool,
        settler: Settler,
        spool_folder: Path,
        archive_folder: Path,
        limits: DiskLimits,
        usage: UsageOf = disk_usage,
    ) -> None:
        """`usage` tells how full the disk of a folder is."""
        self._spool = spool
        self._settler = settler
        self._folders = (spool_folder, archive_folder)
        self._archive = archive_folder
        self._limits = limits
        self._usage = usage
        self._warned = False
        self.paused = False

    def check(self) -> bool:
        """Look, and make room where that is needed; True when files may be taken in. Blocks, never fails."""
        more_to_delete = self._purge()
        fullest = max(self._used(folder) for folder in self._folders)
        self._warn(fullest)
        self._pause(fullest >= self._limits.pause and not more_to_delete, fullest)
        return not self.paused

    def _purge(self) -> bool:
        """Delete as much as is needed, but not all at once; True when there is more to be deleted."""
        deleted = freed_bytes = 0
        while deleted < PURGE_AT_ONCE and self._used(self._archive) >= self._limits.purge:
            freed = self._settler.purge_oldest()
            if freed is None:
                break
            deleted, freed_bytes = deleted + 1, freed_bytes + freed
        if deleted:
            log.warning("disk nearly full, archived recordings deleted", files=deleted, bytes=freed_bytes)
        return deleted == PURGE_AT_ONCE

    def _warn(self, used: float) -> None:
        warn = used >= self._limits.warn
        if warn and not self._warned:
            log.warning("disk is filling up", used_percent=round(used * 100), purge_percent=self._limits.purge * 100)
        self._warned = warn

    def _pause(self, paused: bool, used: float) -> None:
        if paused == self.paused:
            return
        self.paused = paused
        if paused:
            log.error(
                "disk full and nothing archived to delete: no new files are taken", used_percent=round(used * 100)
            )
        else:
            log.info("disk has room again: files are taken", used_percent=round(used * 100))
        try:
            self._spool.set_intake_paused(paused)
        except sqlite3.Error as error:
            log.error("spool not writable", error=str(error))

    def _used(self, folder: Path) -> float:
        try:
            return self._usage(_existing(folder)).used_share
        except OSError as error:
            log.warning("disk not readable", folder=str(folder), error=str(error))
            return 0.0


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that exists: an archive is made with its first file."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
