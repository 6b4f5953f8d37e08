"""The analyze stage: text and mentions in, conversation and alerts out. Needs no language model."""

import asyncio
from datetime import timedelta

from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim
from mesh.pipeline.worker import Outcome
from mesh.rpc.times import from_duration, from_timestamp
from services.analyze.convert import alert_to_wire, conversation_name, conversation_to_wire
from services.analyze.domain.urgency import find_alerts
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import Airtime, Analysed, AnalysisRepository
from tsn.analyze.v1.analyze_pb2 import RecordingAnalyzed
from tsn.extract.v1.extract_pb2 import MentionsExtracted
from tsn.ingest.v1.recording_pb2 import Recording

EVENT = "tsn.analyze.v1.recording_analyzed"


class AnalyzeStage:
    """Places each recording in its conversation and looks for urgent words."""

    name = "analyze"

    def __init__(self, *, repository: AnalysisRepository, idle_gap: timedelta, metrics: AnalyzeMetrics) -> None:
        self._repository = repository
        self._idle_gap = idle_gap
        self._metrics = metrics

    async def work(self, claim: Claim) -> Outcome:
        """Find alerts; the conversation is decided in the transaction that ends the job, its channel locked."""
        extracted = MentionsExtracted.FromString(claim.input)
        recording = extracted.recording
        transcript = extracted.transcript
        texts = [(segment.index, segment.text) for segment in transcript.segments]
        found = await asyncio.to_thread(find_alerts, texts)
        airtime = airtime_of(recording)

        async def store(work: Transaction) -> None:
            conversation, merged = await self._repository.place(work, airtime, idle_gap=self._idle_gap)
            text = Analysed(transcript.name, transcript.degraded)
            if not await self._repository.replace_alerts(work, airtime, text, found):
                # A better transcript of it was analysed, and told.
                return
            event = RecordingAnalyzed(
                recording=recording,
                conversation=conversation_to_wire(conversation, f"nodes/{airtime.node}"),
                alerts=[alert_to_wire(alert) for alert in found],
                merged_conversations=[conversation_name(gone) for gone in merged],
                transcript=transcript.name,
                degraded=transcript.degraded,
            )
            work.publish(EVENT, event.SerializeToString())
            self._metrics.conversations_merged.inc(len(merged))
            for alert in found:
                self._metrics.alerts.labels(kind=alert.kind, drill=alert.drill).inc()

        return Outcome(store=store, note=f"{len(found)} alerts")


def airtime_of(recording: Recording) -> Airtime:
    """A recording's place on the air."""
    return Airtime(
        recording=recording.name,
        node=recording.name.split("/")[1],
        channel=recording.channel,
        started_at=from_timestamp(recording.captured_at),
        duration=timedelta(seconds=from_duration(recording.duration)),
    )
