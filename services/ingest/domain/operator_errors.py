"""What an operator's request is refused for, one class each."""

from mesh.errors import InvalidInput, Kind, NotFound, TsnError


class JobEnded(TsnError):
    """Nothing is left to stop."""

    kind = Kind.PRECONDITION
    reason = "JOB_ENDED"

    def __init__(self, job_id: str, state: str) -> None:
        super().__init__(f"jobs/{job_id} has ended: it is {state}", facts={"job": f"jobs/{job_id}", "state": state})


class JobNotRetryable(TsnError):
    """It is on its way, or did all that it should."""

    kind = Kind.PRECONDITION
    reason = "JOB_NOT_RETRYABLE"

    def __init__(self, job_id: str, state: str) -> None:
        super().__init__(
            f"jobs/{job_id} is {state}; only a dead, degraded or cancelled job can be queued again",
            facts={"job": f"jobs/{job_id}", "state": state},
        )


class JobNotDead(TsnError):
    """Only what gave up can be put aside."""

    kind = Kind.PRECONDITION
    reason = "JOB_NOT_DEAD"

    def __init__(self, job_id: str, state: str) -> None:
        super().__init__(
            f"jobs/{job_id} is {state}; only a dead job is put aside",
            facts={"job": f"jobs/{job_id}", "state": state},
        )


class NoteInvalid(InvalidInput):
    """A note that says nothing, or too much."""

    reason = "NOTE_INVALID"

    def __init__(self, *, least: int, most: int, field: str) -> None:
        super().__init__(f"{field}: give {least} to {most} characters", field=field)


class BatchUnknown(NotFound):
    """No such batch."""

    reason = "BATCH_UNKNOWN"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}", facts={"batch": name})


class BatchInvalid(InvalidInput):
    """A batch that cannot be carried out as it is described."""

    reason = "BATCH_INVALID"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"batch.{field}: {problem}", field=f"batch.{field}")


class BatchRequestReused(TsnError):
    """The request_id stands for another batch."""

    kind = Kind.EXISTS
    reason = "REQUEST_ID_REUSED"

    def __init__(self, request_id: str, batch_id: str) -> None:
        super().__init__(
            f"request_id {request_id} was used for batches/{batch_id}, which is another; choose one for each batch",
            field="request_id",
            facts={"request_id": request_id, "batch": f"batches/{batch_id}"},
        )


class BatchClosed(TsnError):
    """It was cancelled, or a server fills it by itself: nothing can be added."""

    kind = Kind.PRECONDITION
    reason = "BATCH_CLOSED"

    def __init__(self, batch_id: str, problem: str) -> None:
        super().__init__(f"batches/{batch_id} {problem}", field="batch", facts={"batch": f"batches/{batch_id}"})


class BatchEnded(TsnError):
    """Nothing is left to stop."""

    kind = Kind.PRECONDITION
    reason = "BATCH_ENDED"

    def __init__(self, batch_id: str, state: str) -> None:
        super().__init__(
            f"batches/{batch_id} is {state} already", facts={"batch": f"batches/{batch_id}", "state": state}
        )
