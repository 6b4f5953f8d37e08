from pathlib import Path

import pytest

from services.extract import gazetteers
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.model import SegmentText
from services.extract.gazetteers import GazetteerUnreadable, gazetteer_of


def test_what_people_say_leads_to_the_name_as_the_file_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "places.tsv"
    path.write_text("\ufeffYelm\nport  townsend\nP T\tPort Townsend\tWA\n", "utf-8")

    known = gazetteer_of(path)

    assert [known.name_of(said) for said in ("YELM", "p t")] == ["Yelm", "Port Townsend"]
    assert known.name_of("Port Townsend") == "port townsend"


def test_a_town_of_the_file_is_found_in_text_without_capitals(tmp_path: Path) -> None:
    path = tmp_path / "places.txt"
    path.write_text("Yelm\n", "utf-8")
    segments = [SegmentText(0, "k7abc checking in from yelm")]

    assert [entity.value for entity in EntityFinder(gazetteer_of(path)).find(segments)] == ["Yelm"]
    assert EntityFinder(gazetteer_of(None)).find(segments) == []


def test_a_name_that_is_no_name_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "places.txt"
    path.write_text(f"{'x' * 300}\none two three four five six seven\n\tNowhere\nYelm", "utf-8")

    assert gazetteer_of(path).longest == 3
    assert gazetteer_of(path).name_of("yelm") == "Yelm"


def test_a_file_that_is_missing_or_no_text_is_refused_by_name(tmp_path: Path) -> None:
    binary = tmp_path / "places.bin"
    binary.write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path / "missing.txt", binary, tmp_path):
        with pytest.raises(GazetteerUnreadable, match=path.name):
            gazetteer_of(path)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "places.txt"
    path.write_text("Yelm\n", "utf-8")
    monkeypatch.setattr(gazetteers, "LARGEST_BYTES", 3)

    with pytest.raises(GazetteerUnreadable, match="larger"):
        gazetteer_of(path)
