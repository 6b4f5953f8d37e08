from pathlib import Path

import pytest

from deploy.demo.home import RunsAlready, alone, clear


def test_what_an_earlier_run_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "old").write_text("old")
    clear(folder)
    assert list(folder.iterdir()) == []


def test_only_one_demonstration_uses_a_folder(tmp_path: Path) -> None:
    with alone(tmp_path / "demo"):
        with pytest.raises(RunsAlready):
            with alone(tmp_path / "demo"):
                pass
    with alone(tmp_path / "demo"):
        pass
