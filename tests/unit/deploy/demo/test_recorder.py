import os
from pathlib import Path

from clients.node.watcher import Watcher
from deploy.demo.recorder import APPEND_PARTS, record
from deploy.demo.sample import load


async def no_pause(_: float) -> None:
    return


async def test_every_file_ends_up_whole_in_its_node_s_folder(tmp_path: Path) -> None:
    samples = load().samples
    await record(samples, tmp_path, sleep=no_pause)
    for sample in samples:
        assert (tmp_path / sample.node / sample.path.name).read_bytes() == sample.path.read_bytes()
    expected = {name.name for sample in samples for name in (sample.path, *sample.side_files)}
    assert {name for _, _, names in os.walk(tmp_path) for name in names} == expected


async def test_the_first_file_grows_in_steps(tmp_path: Path) -> None:
    sample = load().samples[0]
    sizes: list[int] = []

    async def look(_: float) -> None:
        sizes.append(os.stat(tmp_path / sample.node / sample.path.name).st_size)

    await record([sample], tmp_path, sleep=look)
    grown = sizes[:APPEND_PARTS]
    assert grown == sorted(set(grown))
    assert len(grown) == APPEND_PARTS


async def test_a_half_written_file_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    now = 0.0
    watcher = Watcher([tmp_path], stability_seconds=1.0, clock=lambda: now)
    seen: dict[str, int] = {}

    async def sweep(seconds: float) -> None:
        nonlocal now
        now += seconds
        for file in watcher.sweep():
            watcher.take(file)
            seen[file.identity.path.name] = file.identity.size_bytes

    samples = load().samples
    await record(samples, tmp_path, sleep=sweep)
    for _ in range(3):
        await sweep(1.0)
    assert seen == {sample.path.name: sample.path.stat().st_size for sample in samples}
