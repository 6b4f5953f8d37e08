"""The sample net's recordings with their truth."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.transcribe.audio import decode
from services.transcribe.engines.scripted import audio_key

FOLDER = Path(__file__).resolve().parents[1] / "data" / "sample_net"


@dataclass(frozen=True)
class Sample:
    """One recording of the sample net."""

    path: Path
    node: str
    channel: str
    captured_at: str
    text: str
    callsigns: tuple[str, ...]
    sha256: str


@cache
def samples() -> tuple[Sample, ...]:
    """All recordings, in order of airtime."""
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    return tuple(
        Sample(
            path=FOLDER / item["file"],
            node=item["node"],
            channel=item["channel"],
            captured_at=item["captured_at"],
            text=item["text"],
            callsigns=tuple(item["callsigns"]),
            sha256=item["sha256"],
        )
        for item in sorted(manifest["recordings"], key=lambda item: item["captured_at"])
    )


def sample_saying(words: str) -> Sample:
    """The first recording whose true text holds `words`. Raises StopIteration."""
    return next(sample for sample in samples() if words in sample.text)


def write_script(target: Path) -> Path:
    """A script with which the scripted engine says the true words of each sample."""
    script = {audio_key(decode(sample.path, max_seconds=600).samples): sample.text for sample in samples()}
    target.write_text(json.dumps(script | {"*": "nothing that anybody said"}))
    return target
