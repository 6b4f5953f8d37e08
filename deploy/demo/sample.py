"""The sample net: what lies in tests/data/sample_net and what is truly said in it."""

import json
from dataclasses import dataclass
from pathlib import Path

from deploy.local.services import ROOT

SAMPLE_NET = ROOT / "tests" / "data" / "sample_net"


@dataclass(frozen=True)
class Sample:
    """One recording. `callsigns` are those truly said; `side_files` lie beside the audio."""

    path: Path
    side_files: tuple[Path, ...]
    node: str
    channel: str
    sha256: str
    callsigns: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Site:
    """A node of the sample net. `time_zone` is that of its file names."""

    node: str
    channel: str
    time_zone: str


@dataclass(frozen=True)
class SampleNet:
    """All recordings in order of airtime."""

    samples: tuple[Sample, ...]
    sites: tuple[Site, ...]


def load(folder: Path = SAMPLE_NET) -> SampleNet:
    """Read the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    rows = sorted(manifest["recordings"], key=lambda row: str(row["captured_at"]))
    zones = {row["node"]: manifest["time_zone"] if row["name_clock"] == "local" else "UTC" for row in rows}
    samples = tuple(
        Sample(
            path=folder / row["file"],
            side_files=tuple(folder / name for name in row["side_files"]),
            node=row["node"],
            channel=row["channel"],
            sha256=row["sha256"],
            callsigns=tuple(row["callsigns"]),
            text=row["text"],
        )
        for row in rows
    )
    sites = {sample.node: Site(sample.node, sample.channel, zones[sample.node]) for sample in samples}
    return SampleNet(samples, tuple(sites.values()))
