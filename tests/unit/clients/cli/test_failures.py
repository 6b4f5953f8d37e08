import grpc
import pytest

from clients.cli.failures import Unreachable, explain
from clients.common.errors import FileChanged, Refused, Transient

ADDRESS = "mesh.example:443"


def test_a_refusal_shows_message_status_and_reason() -> None:
    error = Refused("AUDIO_EMPTY", "the file holds no audio")
    assert explain(error, ADDRESS).message == "the file holds no audio [INVALID_ARGUMENT AUDIO_EMPTY]"


def test_a_known_reason_has_a_hint() -> None:
    error = Refused("NODE_UNKNOWN", "no such node", code=grpc.StatusCode.NOT_FOUND)
    assert "tsn nodes add" in explain(error, ADDRESS).hint


def test_a_status_without_reason_is_named_once() -> None:
    error = Transient("upstream away", code=grpc.StatusCode.UNAVAILABLE)
    shown = explain(error, ADDRESS)
    assert shown.message == "upstream away [UNAVAILABLE]"
    assert "tsn status" in shown.hint


def test_unimplemented_without_reason_doubts_the_address() -> None:
    error = Refused("UNIMPLEMENTED", "", code=grpc.StatusCode.UNIMPLEMENTED)
    shown = explain(error, ADDRESS)
    assert shown.message == "no message [UNIMPLEMENTED]"
    assert ADDRESS in shown.hint


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "localhost:1", "http://127.0.0.1:8080", "[::1]:8080"])
def test_an_unreachable_stack_on_this_machine_asks_whether_it_is_up(address: str) -> None:
    assert str(Unreachable(address)) == f"cannot reach {address}; is the stack up? `make up`"


def test_an_unreachable_server_elsewhere_asks_for_the_address() -> None:
    assert "--gateway" in str(Unreachable("https://mesh.example"))


def test_a_file_that_cannot_be_read_is_named() -> None:
    assert explain(PermissionError(13, "Permission denied", "a.wav"), ADDRESS).message == "a.wav: Permission denied"


def test_a_changed_file_is_told_as_it_is() -> None:
    assert explain(FileChanged("a.wav is longer"), ADDRESS).message == "a.wav is longer"


def test_a_bug_is_one_line_that_says_how_to_see_more() -> None:
    shown = explain(ZeroDivisionError("division by zero"), ADDRESS)
    assert shown.message == "ZeroDivisionError: division by zero"
    assert "TSN_LOG_LEVEL=DEBUG" in shown.hint
