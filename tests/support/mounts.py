"""A blob folder whose mount comes and goes, played by renaming folders."""

from pathlib import Path

from mesh.blobs import BlobStore


def folder_of(blob_url: str) -> Path:
    """The folder of a file:// URL."""
    return Path(blob_url.removeprefix("file://"))


def unmount(folder: Path) -> None:
    """Leave an empty folder where `folder` is, as a mount point without its mount."""
    folder.rename(_away(folder))
    folder.mkdir()


def mount(folder: Path) -> None:
    """Undo `unmount`. OSError where something was written into the mount point."""
    folder.rmdir()
    _away(folder).rename(folder)


def _away(folder: Path) -> Path:
    return folder.with_name(f"{folder.name} away")


async def used(folder: Path, key: str = "audio/1", data: bytes = b"x") -> BlobStore:
    """A store in `folder` that holds `data` under `key`."""
    blobs = BlobStore(f"file://{folder}")
    await blobs.put(key, data)
    return blobs
