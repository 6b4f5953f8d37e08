"""What is known of a stack from outside is right even after it was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from deploy.local import state
from deploy.local.ports import free_port, is_free
from deploy.local.services import ROOT
from deploy.local.stack import otlp_address

GONE = state.Process(pid=2**22 + 1, started_ticks=1)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = state.State("ready", state.this_process(), {"nats": GONE}, {"gateway": "127.0.0.1:8080"})
    written.write(tmp_path)
    assert state.read(tmp_path) == written
    assert state.running(tmp_path) == written


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    state.State("ready", state.this_process()).write(tmp_path)
    assert (tmp_path / "stack.json").stat().st_mode & 0o777 == 0o600


def test_a_dead_supervisor_runs_nothing(tmp_path: Path) -> None:
    state.State("ready", GONE).write(tmp_path)
    assert state.running(tmp_path) is None
    assert state.running(tmp_path / "nowhere") is None


def test_forgetting_ends_what_is_left(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "60"], start_new_session=True)
    state.State("ready", GONE, {"left": state.process_of(left.pid)}).write(tmp_path)
    state.forget(tmp_path)
    assert left.wait(timeout=60) == -signal.SIGKILL
    assert state.read(tmp_path) is None


def test_forgetting_spares_a_stranger_with_the_same_process_id(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        state.State("ready", GONE, {"old": state.Process(stranger.pid, started_ticks=1)}).write(tmp_path)
        state.forget(tmp_path)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_folder_has_one_supervisor(tmp_path: Path) -> None:
    with state.lock(tmp_path):
        with pytest.raises(state.AlreadyRunning), state.lock(tmp_path):
            pass
    with state.lock(tmp_path):
        pass


def test_ports_are_free_and_never_given_twice() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    assert all(is_free(port) for port in ports)


def test_a_preferred_port_is_taken_once() -> None:
    wanted = free_port()
    other = free_port(preferred=wanted)
    assert other != wanted


def test_a_port_that_another_process_was_given_is_its_own_until_it_ends() -> None:
    code = "from deploy.local.ports import free_port; print(free_port(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = int(other.stdout.readline())
        assert is_free(theirs)
        assert free_port(preferred=theirs) != theirs
        other.communicate("\n")
    assert free_port(preferred=theirs) == theirs


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [("", None), ("http://jaeger:4317", ("jaeger", 4317)), ("http://127.0.0.1", ("127.0.0.1", 4317))],
)
def test_the_collectors_address_is_read_from_its_url(endpoint: str, address: tuple[str, int] | None) -> None:
    assert otlp_address(endpoint) == address


def test_the_file_is_never_half_written(tmp_path: Path) -> None:
    state.State("starting", state.this_process()).write(tmp_path)
    state.State("ready", state.this_process()).write(tmp_path)
    assert os.listdir(tmp_path) == ["stack.json"]
