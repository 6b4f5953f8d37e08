"""mesh.errors: what a failure means for the work that met it."""

import pytest

from mesh.errors import FailureClass, InvalidInput, Kind, NotFound, TsnError, Unavailable, failure_class


class Lost(TsnError):
    """For this test."""

    kind = Kind.DATA_LOSS


class Full(TsnError):
    """For this test."""

    kind = Kind.EXHAUSTED


class EngineBroke(Unavailable):
    """For this test: unavailable to a caller, but maybe because of the audio."""

    failure = FailureClass.CRASH


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InvalidInput("x"), FailureClass.BAD_INPUT),
        (Lost("x"), FailureClass.BAD_INPUT),
        (Unavailable("x"), FailureClass.DEPENDENCY),
        (Full("x"), FailureClass.TRANSIENT),
        (TsnError("x"), FailureClass.TRANSIENT),
        (NotFound("x"), FailureClass.PERMANENT),
        (EngineBroke("x"), FailureClass.CRASH),
        (ZeroDivisionError("a bug"), FailureClass.TRANSIENT),
        (TimeoutError(), FailureClass.TRANSIENT),
    ],
)
def test_each_failure_says_what_it_means_for_the_work(error: Exception, expected: FailureClass) -> None:
    assert failure_class(error) is expected
