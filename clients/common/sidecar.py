"""What trunk-recorder writes beside a recording."""

import json
from collections.abc import Mapping
from pathlib import Path

SIDECAR_BYTES = 1_000_000
"""Largest JSON read beside a recording; trunk-recorder writes a few kilobytes."""


def sidecar_path(path: Path) -> Path:
    """Where trunk-recorder writes what it knows of a call."""
    return path.with_suffix(".json")


def read_sidecar(path: Path) -> Mapping[str, object]:
    """The JSON object beside a recording; empty where there is none that can be used."""
    beside = sidecar_path(path)
    try:
        if beside.is_symlink() or beside.stat().st_size > SIDECAR_BYTES:
            return {}
        loaded = json.loads(beside.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return loaded if isinstance(loaded, dict) else {}
