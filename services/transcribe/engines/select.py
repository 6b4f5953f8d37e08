"""Which engine a transcribe process uses."""

from __future__ import annotations

import enum
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from services.transcribe.domain.errors import EngineRefused, EngineUnavailable
from services.transcribe.engines.spec import EngineSpec, FasterWhisperSpec, PocketSphinxSpec, ScriptedSpec

DEFAULT_MODEL = "small"
POCKETSPHINX_MODEL = "en-us"
# Cache first, without a word to the network; `sys.argv` is the model and whether it may be fetched.
LOCATE = """
import sys
from faster_whisper.utils import download_model
try:
    print(download_model(sys.argv[1], local_files_only=True))
except Exception:
    if sys.argv[2] != "fetch":
        raise
    print(download_model(sys.argv[1]))
"""


class Policy(enum.StrEnum):
    """How the engine is chosen."""

    AUTO = "auto"
    FASTER_WHISPER = "faster_whisper"
    POCKETSPHINX = "pocketsphinx"
    SCRIPTED = "scripted"


@dataclass(frozen=True, slots=True)
class Selection:
    """The engine to run.

    Attributes:
        notice: what an operator should know of the choice; None where there is nothing to tell.
        fallback: a better engine was wanted, and this one stands in for it.
    """

    spec: EngineSpec
    notice: str | None = None
    fallback: bool = False


class WeightsMissing(Exception):
    """The Whisper model is not here and could not be had; the message says why."""


class EngineOptions(TypedDict):
    """Arguments of `select_engine` that do not depend on which engine it is."""

    device: str
    compute_type: str
    script: Path | None
    delay_seconds: float
    fetch_timeout_seconds: float


Locate = Callable[[str, float], Path]


def select_engine(
    policy: Policy,
    *,
    model: str = DEFAULT_MODEL,
    device: str = "auto",
    compute_type: str = "auto",
    script: Path | None = None,
    delay_seconds: float = 0.0,
    fetch_timeout_seconds: float = 20.0,
    locate: Locate | None = None,
) -> Selection:
    """Choose once, at start; blocking for up to `fetch_timeout_seconds`, so call it from a worker thread.

    Args:
        policy: `auto` takes Whisper if its weights are at hand or can be fetched, else PocketSphinx.
        model: Whisper model: a folder, a name such as `small`, or a hub id.
        device, compute_type: see `FasterWhisperEngine`.
        script, delay_seconds: see `ScriptedEngine`.
        fetch_timeout_seconds: an unfinished download is resumed at the next start.
        locate: finds a model's folder; replaced in tests.

    Raises:
        EngineUnavailable: `model` is a path without a model in it and the policy allows no other engine.
    """
    match policy:
        case Policy.POCKETSPHINX:
            return Selection(PocketSphinxSpec())
        case Policy.SCRIPTED:
            return Selection(ScriptedSpec(script, delay_seconds), "transcripts are scripted, not heard")
        case Policy.FASTER_WHISPER:
            if _is_path(model) and not _holds_model(Path(model)):
                raise EngineUnavailable(policy.value, f"there is no model.bin in {model}")
            return Selection(FasterWhisperSpec(model, device=device, compute_type=compute_type))
        case Policy.AUTO:
            pass
    try:
        folder = (locate or locate_whisper)(model, fetch_timeout_seconds)
    except WeightsMissing as missing:
        return Selection(
            PocketSphinxSpec(),
            f"transcribing with PocketSphinx, which hears far less than Whisper: {missing}. "
            "Give the folder of a Whisper model in CTranslate2 format, or let the service reach the model hub.",
            fallback=True,
        )
    name = folder.name if _is_path(model) else model
    return Selection(FasterWhisperSpec(str(folder), name, device, compute_type))


def asked_engine(
    engine: str,
    model: str,
    *,
    default_model: str = DEFAULT_MODEL,
    device: str = "auto",
    compute_type: str = "auto",
    script: Path | None = None,
    delay_seconds: float = 0.0,
    fetch_timeout_seconds: float = 20.0,
    locate: Locate | None = None,
) -> EngineSpec:
    """The engine that one run asks for by name; blocking as `select_engine`, whose arguments these are.

    Args:
        engine, model: as in a transcript; an empty model means the engine's default.

    Raises:
        EngineRefused: no such engine or model, or its weights could not be had.
    """
    match engine:
        case Policy.FASTER_WHISPER:
            wanted = model or default_model
            try:
                folder = (locate or locate_whisper)(wanted, fetch_timeout_seconds)
            except WeightsMissing as missing:
                raise EngineRefused(engine, str(missing)) from missing
            return FasterWhisperSpec(str(folder), folder.name if _is_path(wanted) else wanted, device, compute_type)
        case Policy.POCKETSPHINX if model in ("", POCKETSPHINX_MODEL):
            return PocketSphinxSpec()
        case Policy.SCRIPTED if model in ("", script.name if script else "hash"):
            return ScriptedSpec(script, delay_seconds)
        case Policy.POCKETSPHINX | Policy.SCRIPTED:
            raise EngineRefused(engine, f"it has no model {model}")
    known = ", ".join(policy for policy in Policy if policy is not Policy.AUTO)
    raise EngineRefused(engine, f"known are {known}")


def locate_whisper(model: str, timeout_seconds: float, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of a Whisper model: as given, from the hub's cache, or fetched within the time.

    A child process looks and fetches, because only a process can be stopped in the middle of a download,
    and because this one then need not import faster-whisper.

    Raises:
        WeightsMissing: none of these.
    """
    if importlib.util.find_spec("faster_whisper") is None:
        raise WeightsMissing("the package faster-whisper is not installed")
    if _is_path(model):
        if not _holds_model(Path(model)):
            raise WeightsMissing(f"there is no model.bin in {model}")
        return Path(model)
    offline = environment.get("HF_HUB_OFFLINE", "").lower() in {"1", "on", "yes", "true"}
    command = [sys.executable, "-c", LOCATE, model, "cache" if offline else "fetch"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=timeout_seconds, check=True)
    except subprocess.TimeoutExpired:
        raise WeightsMissing(f"model {model} was not fetched within {timeout_seconds:g} s") from None
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.strip()]
        why = lines[-1].strip() if lines else f"status {error.returncode}"
        where = "is not in the local cache" if offline else "could not be fetched"
        raise WeightsMissing(f"model {model} {where} ({why[:200]})") from None
    return Path(run.stdout.strip().splitlines()[-1])


def _is_path(model: str) -> bool:
    """Whether `model` means a place on disk. A hub id has a slash too, but no such folder exists here."""
    return Path(model).is_dir() or model.startswith((".", "/", "~"))


def _holds_model(folder: Path) -> bool:
    return (folder.expanduser() / "model.bin").is_file()
