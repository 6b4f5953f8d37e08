"""Finds a register's files in a folder or zip and reads them row by row, never more than a batch in memory."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, cast

from clients.cli.callsign_lines import BrokenLine, LineReader, read_am, read_en, read_hd, read_ised
from clients.common.errors import ClientError
from tsn.extract.v1.callsign_pb2 import CallsignRow

FCC, ISED = "fcc", "ised"
FCC_FILES: dict[str, LineReader] = {"hd.dat": read_hd, "en.dat": read_en, "am.dat": read_am}
FCC_NEEDED = ("hd.dat", "en.dat")
ISED_FILE = "amateur_delim.txt"
LINE_BYTES = 8192
"""Longest line; what goes on is broken, not read into memory."""
BROKEN_SHOWN = 10
_CHUNK_BYTES = 256 * 1024


class NotARegister(ClientError):
    """The path holds no register that is known."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: neither FCC's EN.dat and HD.dat (and AM.dat) nor ISED's {ISED_FILE} is in it; "
            "a folder, a zip or the list itself is expected"
        )


class RegisterUnreadable(ClientError):
    """The zip is damaged."""

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(f"{path} cannot be read: {error}")


@dataclass(frozen=True)
class Part:
    """One file of a register. `member`: its name in the zip; empty where it is a file of its own."""

    path: Path
    member: str
    reader: LineReader
    size_bytes: int
    """As read, not as packed."""

    @property
    def shown(self) -> str:
        """Name for people."""
        return self.member or self.path.name


@dataclass(frozen=True)
class Broken:
    """A line that was passed over."""

    file: str
    line: int
    why: str


@dataclass
class Register:
    """A register's files. `rows()` reads them; what was read and what was broken is counted meanwhile."""

    path: Path
    source: str
    parts: list[Part]
    read_bytes: int = 0
    broken_count: int = 0
    broken: list[Broken] = field(default_factory=list)
    """The first of them."""

    @property
    def size_bytes(self) -> int:
        """All that there is to read."""
        return sum(part.size_bytes for part in self.parts)

    def sha256(self) -> str:
        """Digest of the zip, or of the files one after the other. Raises OSError."""
        digest = hashlib.sha256()
        paths = dict.fromkeys(part.path for part in self.parts)
        for path in paths:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
        return digest.hexdigest()

    def rows(self) -> Iterator[CallsignRow]:
        """Every row. Lines of several files about one licence are one row where the files have the same order.

        Where they do not, a licence comes as several rows, which meet on the server. Raises RegisterUnreadable,
        OSError.
        """
        try:
            with ExitStack() as stack:
                lanes = [_Lane(self, part, stack.enter_context(_opened(part))) for part in self.parts]
                yield from _merged(lanes)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise RegisterUnreadable(self.path, error) from error

    def note_broken(self, broken: Broken) -> None:
        """Count a line that was passed over."""
        self.broken_count += 1
        if len(self.broken) < BROKEN_SHOWN:
            self.broken.append(broken)


class _Lane:
    """One file, a row ahead."""

    def __init__(self, register: Register, part: Part, file: IO[bytes]) -> None:
        self._register = register
        self._part = part
        self._separator = ";" if register.source == ISED else "|"
        self._rows = self._read(file)
        self.head = next(self._rows, None)

    def pop(self) -> CallsignRow:
        """The row at the head; the next one takes its place."""
        row = self.head
        assert row is not None
        self.head = next(self._rows, None)
        return row

    def _read(self, file: IO[bytes]) -> Iterator[CallsignRow]:
        number = 0
        while line := file.readline(LINE_BYTES):
            number += 1
            self._register.read_bytes += len(line)
            text = _decoded(line).rstrip("\r\n")
            if not text or (number == 1 and text.lower().lstrip("\ufeff").startswith("callsign;")):
                continue
            try:
                yield self._part.reader(text.split(self._separator))
            except BrokenLine as broken:
                self._register.note_broken(Broken(self._part.shown, number, str(broken)))


def find_register(path: Path) -> Register:
    """The register at `path`: a folder, a zip, or ISED's list. Raises NotARegister, RegisterUnreadable, OSError."""
    if path.is_dir():
        found = {
            each.name.lower(): (each, "", each.stat().st_size) for each in sorted(path.iterdir()) if each.is_file()
        }
    elif zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as packed:
                found = {
                    each.filename.rpartition("/")[2].lower(): (path, each.filename, each.file_size)
                    for each in packed.infolist()
                }
        except zipfile.BadZipFile as error:
            raise RegisterUnreadable(path, error) from error
    else:
        found = {ISED_FILE: (path, "", path.stat().st_size)} if _is_ised(path) else {}
    if all(name in found for name in FCC_NEEDED):
        parts = [Part(*found[name][:2], reader, found[name][2]) for name, reader in FCC_FILES.items() if name in found]
        return Register(path, FCC, parts)
    if ISED_FILE in found:
        where, member, size_bytes = found[ISED_FILE]
        return Register(path, ISED, [Part(where, member, read_ised, size_bytes)])
    raise NotARegister(path)


def _is_ised(path: Path) -> bool:
    with path.open("rb") as file:
        return _decoded(file.readline(LINE_BYTES)).lower().lstrip("\ufeff").startswith("callsign;")


def _opened(part: Part) -> IO[bytes]:
    if not part.member:
        return part.path.open("rb")
    packed = zipfile.ZipFile(part.path)
    try:
        # The member keeps the archive open for as long as it is read.
        return BufferedReader(cast(RawIOBase, packed.open(part.member)), _CHUNK_BYTES)
    finally:
        packed.close()


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _merged(lanes: list[_Lane]) -> Iterator[CallsignRow]:
    """Rows in the order of their identifiers where the files have one."""
    while True:
        ahead = [lane for lane in lanes if lane.head is not None]
        if not ahead:
            return
        first = min(ahead, key=lambda lane: _order(lane.head)).pop()
        for lane in ahead:
            while lane.head is not None and _same_licence(lane.head, first):
                first.MergeFrom(lane.pop())
        yield first


def _same_licence(one: CallsignRow, other: CallsignRow) -> bool:
    return (one.unique_id, one.callsign) == (other.unique_id, other.callsign)


def _order(row: CallsignRow | None) -> tuple[int, str]:
    """Numbers by their size."""
    unique_id = row.unique_id if row else ""
    return len(unique_id), unique_id
