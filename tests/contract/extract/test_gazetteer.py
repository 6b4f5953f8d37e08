"""What every gazetteer keeps to."""

from pathlib import Path

import pytest

from services.extract.domain.entities.gazetteer import Gazetteer, RegionGazetteer
from services.extract.gazetteers import gazetteer_of


@pytest.fixture(params=["regions", "file"])
def gazetteer(request: pytest.FixtureRequest, tmp_path: Path) -> Gazetteer:
    if request.param == "regions":
        return RegionGazetteer()
    path = tmp_path / "places.tsv"
    path.write_text("# towns\nYelm\npt\tPort Townsend\tignored\n\n", "utf-8")
    return gazetteer_of(path)


def test_a_state_is_known_in_any_case_and_written_one_way(gazetteer: Gazetteer) -> None:
    for phrase in ("new mexico", "New Mexico", "NEW MEXICO"):
        assert gazetteer.name_of(phrase) == "New Mexico"


@pytest.mark.parametrize("phrase", ["", " ", "nowhere at all", "\0", "İ", "new  mexico\n"])
def test_what_is_not_known_is_none_and_never_raises(gazetteer: Gazetteer, phrase: str) -> None:
    assert gazetteer.name_of(phrase) is None


def test_the_longest_name_it_knows_can_be_asked_for(gazetteer: Gazetteer) -> None:
    assert gazetteer.longest >= len(["Prince", "Edward", "Island"])
    assert gazetteer.name_of("prince edward island") == "Prince Edward Island"
