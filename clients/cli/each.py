"""One request for each of several jobs: what fails for one does not stop the others."""

from collections.abc import Awaitable, Callable, Sequence

import typer

from clients.cli.command import Call
from clients.cli.failures import FAILURE, Explanation, Unreachable, explain
from clients.cli.job_text import state_text
from clients.cli.names import job_name
from clients.cli.output import clean, message_dict
from clients.common.errors import ClientError
from tsn.ingest.v1.job_pb2 import Job

Ask = Callable[[str], Awaitable[Job]]
"""Asked with a name; answers with the job as it stands then."""


async def each_job(call: Call, jobs: Sequence[str], ask: Ask) -> None:
    """Ask for each of `jobs`, each once, and say how it stands then; exit 1 when one was refused."""
    done: list[Job] = []
    refused: dict[str, Explanation] = {}
    for name in dict.fromkeys(job_name(job) for job in jobs):
        try:
            done.append(await ask(name))
        except Unreachable:
            raise
        except ClientError as error:
            refused[name] = explain(error, call.gateway.address)
            if not call.output.as_json:
                call.output.note(f"{clean(name)}: {clean(refused[name].message)}")
        else:
            if not call.output.as_json:
                call.output.say(state_text(done[-1].state, before=f"{name}: "))
    if call.output.as_json:
        failures = [{"name": name, "reason": why.reason, "message": why.message} for name, why in refused.items()]
        call.output.document({"jobs": [message_dict(job) for job in done], "failures": failures})
    for hint in dict.fromkeys(why.hint for why in refused.values() if why.hint):
        call.output.note(f"hint: {hint}")
    if refused:
        raise typer.Exit(FAILURE)
