"""`make setup` says clearly what it cannot do, and does nothing when nothing is to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.services import ROOT

TOOLS = ("bash", "env", "dirname", "sha256sum", "cut", "head", "cat")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder with what the script reads, and a PATH of its own in `bin`."""
    root = tmp_path / "a repository"
    (root / "deploy").mkdir(parents=True)
    (root / "requirements").mkdir()
    (root / "bin").mkdir()
    shutil.copy(ROOT / "deploy" / "setup.sh", root / "deploy")
    (root / "requirements" / "dev.txt").write_text("# nothing\n")
    for tool in TOOLS:
        (root / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return root


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def setup(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(root / "deploy" / "setup.sh")],
        env={"PATH": str(root / "bin"), "HOME": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_old_python_is_named(repository: Path) -> None:
    program(repository / "bin" / "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = setup(repository)
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; found: Python 3.9.2" in done.stderr


def test_a_system_without_apt_is_told_what_to_install(repository: Path) -> None:
    # Neither ensurepip nor apt-get.
    program(repository / "bin" / "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    done = setup(repository)
    assert done.returncode == 1
    assert "no apt-get" in done.stderr
    assert "mariadb-server-core" in done.stderr
    assert "python3-venv" in done.stderr


def test_nothing_is_done_twice(repository: Path) -> None:
    calls = repository / "calls"
    program(repository / "bin" / "mariadbd", "exit 0")
    make_venv = (
        f'echo "$@" >>"{calls}"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
        f'case "$2" in *sysconfig*) echo "{repository}";; esac\nexit 0'
    )
    program(repository / "bin" / "python3", make_venv)
    for tool in ("mkdir", "cp", "chmod", "rm"):
        (repository / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    first = setup(repository)
    assert first.returncode == 0, first.stderr
    assert "--require-hashes" in calls.read_text()
    assert os.access(repository / ".venv" / "bin" / "tsn", os.X_OK)
    assert (repository / "tsn_dev.pth").read_text() == f"{repository}\n{repository}/gen\n"
    calls.unlink()
    assert setup(repository).returncode == 0
    assert "pip" not in calls.read_text()
    (repository / "requirements" / "dev.txt").write_text("# another lock\n")
    assert setup(repository).returncode == 0
    assert "pip" in calls.read_text()
