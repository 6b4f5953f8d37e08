"""An archive: the recordings below a folder, with what their names say of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clients.cli.labels import Given, LabelledFile, Unlabelled, label
from clients.common.names import is_audio_name


@dataclass(frozen=True)
class Unusable:
    """A file of which the import cannot say what must be known, or that cannot be read."""

    path: Path
    reason: str
    message: str


@dataclass(frozen=True)
class Archive:
    """What lies below `root`: what can be sent, by airtime, and what cannot."""

    root: Path
    files: list[LabelledFile]
    unusable: list[Unusable]

    def key(self, path: Path) -> str:
        """Name of a file below the root, which stays when the archive moves."""
        return path.relative_to(self.root).as_posix()


def read_archive(root: Path, given: Given) -> Archive:
    """Everything below `root`, oldest airtime first. Blocks: reads the folders, and the JSON beside scanner files."""
    files: list[LabelledFile] = []
    unusable: list[Unusable] = []
    for path in audio_files(root):
        folder = path.parent.relative_to(root).as_posix()
        try:
            files.append(label(path, given, folder="" if folder == "." else folder))
        except Unlabelled as error:
            unusable.append(Unusable(path, "UNLABELLED", str(error)))
        except OSError as error:
            unusable.append(Unusable(path, "UNREADABLE", f"{path}: {error.strerror or error}"))
    files.sort(key=lambda file: (file.captured_at, file.path))
    return Archive(root, files, unusable)


def audio_files(root: Path) -> Iterator[Path]:
    """Files with a recorder's extension in any case, in all folders below; hidden ones and links are left alone."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and is_audio_name(path) and path.is_file() and not path.is_symlink():
                yield path
