"""Why a recording is not finished: from facts to sentences. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from clients.cli.job_text import lane_word, state_word
from clients.cli.names import short
from clients.cli.render import moment, span, until
from tsn.ingest.v1.job_pb2 import FailureClass, GetQueuesResponse, Job, JobState, Queue

STAGES = ("transcribe", "extract", "analyze")
"""In the order in which a recording goes through them; "fetch" comes first where it was submitted as a URL."""
FINISHED = (JobState.JOB_STATE_SUCCEEDED, JobState.JOB_STATE_DEGRADED)
_ENDED_BADLY = (JobState.JOB_STATE_DEAD, JobState.JOB_STATE_CANCELLED)
BUS_LAG_SECONDS = 10.0
"""Committed messages older than this mean that the bus does not take them."""
_OF_THE_STORE = ("STORAGE_", "BLOB")
"""Beginnings of reasons that blame the store of audio."""
SERVICE_OF_STAGE = {"fetch": "ingest"}
"""Which service works a stage off, where it is not called as the stage is."""


@dataclass(frozen=True)
class Facts:
    """What the mesh says of one recording. `jobs`: newest first. `away`: service to why it does not answer.

    `known`: the reading side has the recording; None where it did not answer. `searchable` likewise.
    """

    recording: str
    now: datetime
    jobs: Sequence[Job] = ()
    queues: GetQueuesResponse = field(default_factory=GetQueuesResponse)
    away: Mapping[str, str] = field(default_factory=dict)
    known: bool | None = True
    searchable: bool | None = None


@dataclass(frozen=True)
class Finding:
    """How one stage stands. `command`: what helps, or empty. `holds_up`: it is what is waited for."""

    stage: str
    state: str
    sentence: str
    command: str = ""
    holds_up: bool = False


def explain_recording(facts: Facts) -> list[Finding]:
    """One finding for each stage in order, and one for the index; empty where the mesh knows nothing of it."""
    runs: dict[str, list[Job]] = {}
    for job in facts.jobs:
        runs.setdefault(job.stage, []).append(job)
    if not runs and not facts.known:
        return []
    stages = [stage for stage in ("fetch",) if stage in runs] + list(STAGES)
    findings: list[Finding] = []
    before = ""
    for stage in stages:
        open_before = any(finding.holds_up for finding in findings)
        found = runs.get(stage)
        findings.append(_of_runs(found, facts) if found else _missing(stage, before, facts, open_before=open_before))
        before = stage
    findings.append(_index(facts, open_before=any(finding.holds_up for finding in findings)))
    return findings


def is_finished(findings: Sequence[Finding]) -> bool:
    """True when the mesh knows the recording and nothing holds it up."""
    return bool(findings) and not any(finding.holds_up for finding in findings)


def _of_runs(runs: Sequence[Job], facts: Facts) -> Finding:
    """The newest run tells, unless it ended badly while an earlier one is under way or has ended well."""
    newest = runs[0]
    earlier = next((job for job in runs if job.state not in _ENDED_BADLY), None)
    if newest.state not in _ENDED_BADLY or earlier is None:
        return _of_job(newest, facts)
    told = _of_job(earlier, facts)
    later = f"a later run of it is {state_word(newest.state)} (`tsn jobs show {short(newest.name)}`)"
    return replace(told, sentence=f"{told.sentence}; {later}")


def _of_job(job: Job, facts: Facts) -> Finding:
    sentence, command = _TELL[job.state](job, facts)
    return Finding(job.stage, state_word(job.state), sentence, command, holds_up=job.state not in FINISHED)


def _queued(job: Job, facts: Facts) -> tuple[str, str]:
    parts = [f"waits for a worker{_place(job, facts.queues)}"]
    if job.crowded:
        parts.append("its node sends more than its share at the moment, so that those of other nodes go first")
    service = SERVICE_OF_STAGE.get(job.stage, job.stage)
    if service in facts.away:
        parts.append(f"{service} does not answer: {facts.away[service]}")
        return "; ".join(parts), "tsn status"
    lag = facts.queues.outbox_oldest_age.ToTimedelta().total_seconds()
    if lag > BUS_LAG_SECONDS:
        parts.append(f"the bus has not taken {facts.queues.outbox_messages} messages, the oldest for {span(lag)}")
        return "; ".join(parts), "tsn status"
    if not any(queue.running for queue in facts.queues.queues if queue.stage == job.stage):
        parts.append(f"no worker is at work on {job.stage}")
    return "; ".join(parts), "tsn top"


def _running(job: Job, facts: Facts) -> tuple[str, str]:
    held = f"{job.worker or 'a worker'} works on it, attempt {job.attempts} of {job.max_attempts}"
    if not job.HasField("lease_until"):
        return held, ""
    left = (job.lease_until.ToDatetime(UTC) - facts.now).total_seconds()
    if left >= 0:
        return f"{held}; its lease runs {span(left)} more and is renewed while it works", ""
    return (
        f"{held}, but its lease ran out {span(-left)} ago: that worker is gone, another takes it when one is free",
        "tsn status",
    )


def _waiting(job: Job, facts: Facts) -> tuple[str, str]:
    again = f"it runs again {until(job.retry_at, facts.now)}" if job.HasField("retry_at") else "it runs again"
    if job.error.failure_class == FailureClass.FAILURE_CLASS_DEPENDENCY:
        away = f"a part that it needs is away ({_why(job)}): put off {_times(job.deferrals)}, no attempt used up"
        # Services can be asked how they do; the store of audio is seen by them alone.
        helps = f"tsn jobs show {short(job.name)}" if job.error.reason.startswith(_OF_THE_STORE) else "tsn status"
        return f"{away}; {again}, by itself", helps
    if job.error.failure_class == FailureClass.FAILURE_CLASS_CRASH:
        failed = f"its worker vanished in attempt {job.attempts} of {job.max_attempts}"
    else:
        failed = f"attempt {job.attempts} of {job.max_attempts} failed ({_why(job)})"
    return f"{failed}; {again}, by itself", f"tsn jobs show {short(job.name)}"


def _dead(job: Job, facts: Facts) -> tuple[str, str]:
    if job.HasField("resolved_at"):
        return f"was put aside on {moment(job.resolved_at)}: {job.resolution_note}", f"tsn dead retry {short(job.name)}"
    gave_up = f"gave up in attempt {job.attempts} of {job.max_attempts} ({_why(job)})"
    retry = f"tsn dead retry {short(job.name)}"
    match job.error.failure_class:
        case FailureClass.FAILURE_CLASS_BAD_INPUT:
            resolve = f"tsn dead resolve {short(job.name)} --note WHY"
            return f"{gave_up}: the recording itself is at fault, another attempt would fail too", resolve
        case FailureClass.FAILURE_CLASS_PERMANENT:
            return f"{gave_up}: it cannot succeed as the mesh is set up; mend that, then queue it again", retry
        case FailureClass.FAILURE_CLASS_CRASH:
            return f"{gave_up}: its worker vanished each time, so that the recording may be what kills it", retry
        case FailureClass.FAILURE_CLASS_DEPENDENCY:
            return f"{gave_up}: a part that it needs stayed away too long, put off {_times(job.deferrals)}", retry
    return gave_up, retry


def _cancelled(job: Job, facts: Facts) -> tuple[str, str]:
    return (
        f"was stopped by a person on {moment(job.updated_at)}; its audio is kept",
        f"tsn jobs retry {short(job.name)}",
    )


def _succeeded(job: Job, facts: Facts) -> tuple[str, str]:
    return f"done on {moment(job.updated_at)}", ""


def _degraded(job: Job, facts: Facts) -> tuple[str, str]:
    why = f" ({_why(job)})" if job.HasField("error") else ""
    return f"done without an optional helper{why}; it can be done again", f"tsn jobs retry {short(job.name)}"


def _unspecified(job: Job, facts: Facts) -> tuple[str, str]:
    return "is in a state that this version of tsn does not know", f"tsn jobs show {short(job.name)}"


_TELL = {
    JobState.JOB_STATE_UNSPECIFIED: _unspecified,
    JobState.JOB_STATE_QUEUED: _queued,
    JobState.JOB_STATE_RUNNING: _running,
    JobState.JOB_STATE_SUCCEEDED: _succeeded,
    JobState.JOB_STATE_DEGRADED: _degraded,
    JobState.JOB_STATE_WAITING: _waiting,
    JobState.JOB_STATE_DEAD: _dead,
    JobState.JOB_STATE_CANCELLED: _cancelled,
}


def _missing(stage: str, before: str, facts: Facts, *, open_before: bool) -> Finding:
    if open_before:
        return Finding(stage, "not begun", f"follows {before}", holds_up=False)
    if "ingest" in facts.away:
        return Finding(stage, "unknown", f"ingest does not answer: {facts.away['ingest']}", "tsn status", holds_up=True)
    if not before:
        return Finding(stage, "no job", "has no job though the recording is stored", "tsn status", holds_up=True)
    if before == "fetch":
        fetch = next(short(job.name) for job in facts.jobs if job.stage == before)
        sentence = "has no job though the URL was fetched: the same audio may be stored under another name"
        return Finding(stage, "no job", sentence, f"tsn jobs show {fetch}", holds_up=True)
    rerun = f"tsn rerun {before} --recording {facts.recording}"
    return Finding(stage, "no job", f"has no job though {before} is done", rerun, holds_up=True)


def _index(facts: Facts, *, open_before: bool) -> Finding:
    if facts.searchable:
        return Finding("search", "done", "can be searched")
    if facts.searchable is None:
        why = facts.away.get("query", "it did not say")
        return Finding("search", "unknown", f"query does not answer: {why}", "tsn status", holds_up=not open_before)
    if open_before:
        return Finding("search", "not begun", "follows when the stages are done")
    lag = facts.queues.outbox_oldest_age.ToTimedelta().total_seconds()
    if lag > BUS_LAG_SECONDS:
        sentence = f"the stages are done, but the bus has not taken the news for {span(lag)}"
    else:
        sentence = "the stages are done, the index has not heard of it yet: a matter of seconds while query is well"
    return Finding("search", "waiting", sentence, "tsn status", holds_up=True)


def _place(job: Job, queues: GetQueuesResponse) -> str:
    """Where it stands in its queue, as far as counts tell."""
    mine = next(_queues_of(job, queues), None)
    if mine is None or not mine.queued:
        return ""
    others = mine.queued - 1
    ahead = f"{others} others" if others != 1 else "1 other"
    oldest = f", the oldest for {span(mine.oldest_age.ToTimedelta().total_seconds())}" if others else ""
    at_work = f"{mine.running} {'is' if mine.running == 1 else 'are'} at work"
    return f" beside {ahead} of {mine.stage}/{lane_word(mine.lane)}{oldest}; {at_work}"


def _queues_of(job: Job, queues: GetQueuesResponse) -> Iterator[Queue]:
    return (queue for queue in queues.queues if (queue.stage, queue.lane) == (job.stage, job.lane))


def _why(job: Job) -> str:
    return f"{job.error.reason}: {job.error.message}".strip(": ") or "no reason given"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
