"""What was lost or doubled is seen."""

from dataclasses import replace

from tools.chaos.compare import STAGES
from tools.drill.books import Books, unfinished, wrong

NAMES = ["nodes/a/recordings/1", "nodes/a/recordings/2"]
ONE, TWO = NAMES
WELL = Books(
    stored=NAMES,
    jobs=[(name, stage, "succeeded") for name in NAMES for stage in STAGES],
    transcripts=NAMES,
    searchable=NAMES,
)


def test_what_is_finished_once_is_well() -> None:
    assert wrong(NAMES, WELL) == []
    assert unfinished(NAMES, WELL) == set()


def test_a_recording_that_is_gone_or_not_finished_is_lost() -> None:
    books = replace(WELL, stored=[TWO], searchable=[TWO], transcripts=[TWO])
    assert wrong(NAMES, books) == [
        f"{ONE}: its row is missing",
        f"{ONE}: its transcript is missing",
        f"{ONE}: its place in the search is missing",
    ]
    dead = [(name, stage, "dead" if (name, stage) == (TWO, "extract") else "degraded") for name, stage, _ in WELL.jobs]
    assert wrong(NAMES, replace(WELL, jobs=dead)) == [f"{TWO}: a finished extract job is missing"]


def test_a_second_transcript_job_or_place_in_the_search_is_doubled() -> None:
    assert wrong(NAMES, replace(WELL, transcripts=[*NAMES, ONE])) == [f"{ONE}: 2 transcripts"]
    assert wrong(NAMES, replace(WELL, searchable=[*NAMES, TWO])) == [f"{TWO}: 2 places in the search"]
    assert wrong(NAMES, replace(WELL, jobs=[*WELL.jobs, (ONE, "analyze", "queued")])) == [f"{ONE}: 2 analyze jobs"]


def test_what_is_on_its_way_is_unfinished() -> None:
    running = [*WELL.jobs[:-1], (TWO, "analyze", "running")]
    assert unfinished(NAMES, replace(WELL, jobs=running)) == {TWO}
    assert unfinished(NAMES, replace(WELL, searchable=[TWO])) == {ONE}
