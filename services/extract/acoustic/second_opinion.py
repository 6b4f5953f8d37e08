"""Builds the second opinion where a transcribe is named, and nothing where none is."""

from __future__ import annotations

from dataclasses import dataclass

from mesh.host import ServiceHost
from services.extract.acoustic.transcribe_listener import TranscribeListener
from services.extract.config import ExtractSettings
from services.extract.domain.acoustic import HELPER
from services.extract.domain.reading import ReadingStep
from services.extract.domain.votes import Band
from services.extract.metrics import ExtractMetrics
from services.extract.steps.acoustic import AcousticStep


@dataclass(frozen=True)
class SecondOpinion:
    """The step, if any, and who listens for it."""

    steps: tuple[ReadingStep, ...] = ()
    listener: TranscribeListener | None = None

    def attach(self, host: ServiceHost) -> None:
        """Have the host give back the connection."""
        if self.listener is not None:
            host.on_close(self.listener.close)


def second_opinion(settings: ExtractSettings, metrics: ExtractMetrics) -> SecondOpinion:
    """By what the settings say."""
    if not settings.transcribe_address:
        return SecondOpinion()
    listener = TranscribeListener(settings.transcribe_address, timeout_seconds=settings.acoustic_timeout_seconds)
    metrics.helper_breaker.labels(helper=HELPER).set_function(lambda: listener.breaker.state)
    band = Band(settings.acoustic_from_confidence, settings.acoustic_to_confidence)
    return SecondOpinion((AcousticStep(listener=listener, band=band, metrics=metrics),), listener)
