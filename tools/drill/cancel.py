"""Jobs are cancelled in the middle of a decode: how soon is the slot free again?"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.transcribe.audio import decode
from services.transcribe.engines.scripted import ANY, audio_key
from tools.bench.measures import percentile
from tools.drill.ground import CALL_SECONDS, Ground, Say, ground, short_wav
from tools.drill.report import Figure, Result
from tsn.ingest.v1.job_pb2 import CancelJobRequest
from tsn.ingest.v1.job_pb2_grpc import JobServiceStub

ROUNDS = 60
AIM_SECONDS = 2.0
_DECODE_SECONDS = 60.0
_LISTENS = " ".join(["word"] * 1200)
"""An engine that looks 20 times a second whether it may go on."""
_DEAF = "word"
"""An engine that never looks: it has to be killed."""
_SPREAD_SECONDS = 1.2
"""A cancel comes at any moment between two looks of the worker, which are a second apart."""


async def drill(folder: Path, say: Say, rounds: int = ROUNDS) -> Result:
    """Run it."""
    script = folder / "script.json"
    recordings = [short_wav(number) for number in range(rounds + 1)]
    deaf = await asyncio.to_thread(lambda: {_key(audio): _DEAF for audio in recordings[1::2]})
    script.write_text(json.dumps({ANY: _LISTENS, **deaf}))
    settings = {
        "TSN_TRANSCRIBE_SLOTS": "1",
        "TSN_TRANSCRIBE_SCRIPT": str(script),
        "TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": str(_DECODE_SECONDS),
    }
    async with ground(folder, say, transcribe=settings) as there:
        for audio in recordings:
            await there.client.send(audio)
        say(f"{rounds} cancels")
        waits, cancelled = await _rounds(there, say, rounds)
        wrong = await _wrong(there, folder / "data" / "blobs", cancelled)
    listening, killed = waits[0::2], waits[1::2] or waits
    return Result(
        "cancel",
        how=f"{rounds} jobs cancelled by CancelJob in the middle of a decode of {_DECODE_SECONDS:.0f} s; half of them"
        " in an engine that does not listen and is killed. From the call's answer until the next job has the slot.",
        figures=[
            Figure("slot free after a cancel, p50", percentile(waits, 0.5), "s"),
            Figure("slot free after a cancel, p99", percentile(waits, 0.99), "s", most=AIM_SECONDS),
            Figure("slot free after a cancel, longest", max(waits), "s"),
            Figure("p99 with an engine that listens", percentile(listening, 0.99), "s", most=AIM_SECONDS),
            Figure("p99 with an engine that does not", percentile(killed, 0.99), "s", most=AIM_SECONDS),
        ],
        wrong=wrong,
        facts={"rounds": rounds, "seconds_of_each": [round(wait, 3) for wait in waits]},
    )


async def _rounds(there: Ground, say: Say, rounds: int) -> tuple[list[float], list[str]]:
    """Seconds of each round, and the jobs that were cancelled."""
    stub: Any = JobServiceStub(there.channel)
    waits: list[float] = []
    cancelled: list[str] = []
    running = await there.started()
    for number in range(rounds):
        decoding = running.at + random.uniform(0.2, 0.2 + _SPREAD_SECONDS)
        await asyncio.sleep(max(0.0, decoding - time.time()))
        await stub.CancelJob(CancelJobRequest(name=f"jobs/{running.job}"), timeout=CALL_SECONDS)
        answered = time.time()
        cancelled.append(running.job)
        running = await there.started(after=running.step)
        # The worker may have seen it before the answer came through the gateway.
        waits.append(max(0.0, running.at - answered))
        if (number + 1) % 20 == 0:
            say(f"{number + 1} of {rounds}")
    return waits, cancelled


async def _wrong(there: Ground, blobs: Path, cancelled: Sequence[str]) -> list[str]:
    rows = await there.ledger.rows(
        "SELECT j.id, j.state, r.sha256, r.audio_key,"
        " (SELECT COUNT(*) FROM transcribe_transcripts t WHERE t.recording = j.subject),"
        " (SELECT COUNT(*) FROM jobs o WHERE o.subject = j.subject)"
        " FROM jobs j JOIN ingest_recordings r ON j.subject = CONCAT('nodes/', r.node, '/recordings/', r.id)"
        " WHERE j.id IN :ids",
        ids=tuple(cancelled),
    )
    found = []
    for job, state, expected, key, transcripts, jobs in rows:
        audio = blobs / str(key)
        kept = audio.is_file() and sha256(audio.read_bytes()).hexdigest() == expected
        checks = {
            f"is {state}": state == "cancelled",
            "left a transcript": transcripts == 0,
            "left other jobs": jobs == 1,
            "lost its audio": kept,
        }
        found += [f"cancelled job {job} {what}" for what, well in checks.items() if not well]
    return found + [f"job {job} is gone" for job in set(cancelled) - {str(row[0]) for row in rows}]


def _key(audio: bytes) -> str:
    return audio_key(decode(audio, max_seconds=60).samples)
