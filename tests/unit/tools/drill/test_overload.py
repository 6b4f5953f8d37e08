"""When an overload is over, and whether memory was flat."""

from collections import Counter
from datetime import UTC, datetime

from mesh.pipeline.lanes import Lane
from mesh.pipeline.states import JobState
from tools.chaos.compare import STAGES
from tools.drill.overload import Probes, growth
from tools.drill.queues import rows


def test_it_is_over_with_the_first_of_four_normal_probes_in_a_row() -> None:
    went = [False, True, True, False, True, True, True]
    probes = Probes({float(moment): well for moment, well in enumerate(went)})
    assert probes.recovered_at() is None
    probes.normal[7.0] = True
    assert probes.recovered_at() == 4.0


def test_probes_that_end_out_of_order_count_in_the_order_they_were_sent() -> None:
    probes = Probes({6.0: True, 5.0: True, 2.0: False, 4.0: True, 3.0: True})
    assert probes.recovered_at() == 3.0


def test_a_probe_on_its_way_breaks_the_row() -> None:
    assert Probes({1.0: True, 2.0: None, 3.0: True, 4.0: True, 5.0: True}).recovered_at() is None


def test_growth_is_the_second_half_of_the_load_against_the_first() -> None:
    flat = {name: [100.0] * 10 for name in ("ingest", "transcribe", "extract", "analyze", "query")}
    assert growth(flat, 10) == 1.0
    assert growth({**flat, "ingest": [80.0, 100.0, 100.0, 100.0, 100.0, 110.0, 130.0, 110.0, 110.0, 110.0]}, 10) == 1.3
    # What comes after the load is not part of it.
    assert growth({**flat, "query": [100.0] * 10 + [300.0]}, 10) == 1.0


def test_the_jobs_of_a_full_table_are_of_every_stage_lane_and_state() -> None:
    made = list(rows(1080, datetime(2026, 1, 1, tzinfo=UTC)))
    kinds = Counter((row["stage"], row["lane"], row["state"]) for row in made)
    states = (JobState.QUEUED, JobState.WAITING, JobState.DEAD, JobState.SUCCEEDED)
    assert set(kinds) == {(stage, lane, state) for stage in STAGES for lane in Lane for state in states}
    assert len({row["id"] for row in made}) == len({row["dedupe_key"] for row in made}) == 1080
