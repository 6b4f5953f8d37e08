"""A gazetteer read from a file: the towns, sites and landmarks that people of a region name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mesh.errors import InvalidInput
from services.extract.domain.entities.gazetteer import Gazetteer, RegionGazetteer

LARGEST_BYTES = 64 * 1024 * 1024
"""A file beyond this is no list of place names: GeoNames' cities of the world have 30 MB with all their columns."""
LONGEST_NAME = 255
LONGEST_WORDS = 6


class GazetteerUnreadable(InvalidInput):
    """The file that TSN_EXTRACT_GAZETTEER names cannot be used; says why."""

    reason = "GAZETTEER_UNREADABLE"


class FileGazetteer:
    """Names of a file, and beneath them those that need none."""

    def __init__(self, names: Mapping[str, str], beneath: Gazetteer) -> None:
        """`names`: how a place is written, by what people say in lower case."""
        self._names = names
        self._beneath = beneath
        self.longest = max([beneath.longest, *(len(phrase.split()) for phrase in names)])

    def name_of(self, phrase: str) -> str | None:
        """See `Gazetteer.name_of`."""
        return self._names.get(phrase.lower()) or self._beneath.name_of(phrase)


def gazetteer_of(path: Path | None) -> Gazetteer:
    """The gazetteer for a setting; raises GazetteerUnreadable.

    A line holds a name ("Port Townsend"), or what people say, a tab and the name ("P T<tab>Port Townsend"); further
    columns, empty lines and those that begin with "#" are passed over.
    """
    regions = RegionGazetteer()
    if path is None:
        return regions
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise GazetteerUnreadable(f"{path.name} is larger than {LARGEST_BYTES} bytes")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GazetteerUnreadable(f"{path.name}: {error}") from error
    names: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        said, _, rest = line.partition("\t")
        name = " ".join((rest.split("\t")[0] or said).split())
        phrase = " ".join(said.lower().split())
        if 0 < len(name) <= LONGEST_NAME and 0 < len(phrase.split()) <= LONGEST_WORDS:
            names[phrase] = name
    return FileGazetteer(names, regions)
