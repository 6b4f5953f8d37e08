"""Which engine is chosen, and what the operator is told."""

from pathlib import Path

import pytest

from services.transcribe.domain.errors import EngineUnavailable
from services.transcribe.engines.select import Policy, WeightsMissing, locate_whisper, select_engine
from services.transcribe.engines.spec import FasterWhisperSpec, PocketSphinxSpec, ScriptedSpec


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repeater-small"
    folder.mkdir()
    (folder / "model.bin").touch()
    return folder


def nowhere(model: str, timeout_seconds: float) -> Path:
    raise WeightsMissing(f"model {model} is not in the local cache")


def test_auto_takes_whisper_where_its_weights_are() -> None:
    chosen = select_engine(Policy.AUTO, model="small", locate=lambda model, _: Path("/cache") / model)
    assert chosen.spec == FasterWhisperSpec("/cache/small", "small", "auto", "auto")
    assert (chosen.notice, chosen.fallback) == (None, False)


def test_auto_takes_a_folder_that_holds_a_model(model_folder: Path) -> None:
    chosen = select_engine(Policy.AUTO, model=str(model_folder), device="cpu", compute_type="int8")
    assert chosen.spec == FasterWhisperSpec(str(model_folder), "repeater-small", "cpu", "int8")


def test_auto_falls_back_to_pocketsphinx_and_says_why() -> None:
    chosen = select_engine(Policy.AUTO, model="small", locate=nowhere)
    assert chosen.spec == PocketSphinxSpec()
    assert chosen.fallback
    assert chosen.notice is not None
    assert "model small is not in the local cache" in chosen.notice


def test_auto_falls_back_where_the_folder_holds_no_model(tmp_path: Path) -> None:
    chosen = select_engine(Policy.AUTO, model=str(tmp_path))
    assert chosen.fallback
    assert "model.bin" in str(chosen.notice)


def test_whisper_by_policy_is_never_replaced(tmp_path: Path) -> None:
    assert select_engine(Policy.FASTER_WHISPER, model="small").spec == FasterWhisperSpec("small")
    with pytest.raises(EngineUnavailable, match=r"model\.bin"):
        select_engine(Policy.FASTER_WHISPER, model=str(tmp_path / "gone"))


def test_other_policies_name_their_engine(tmp_path: Path) -> None:
    assert select_engine(Policy.POCKETSPHINX).spec == PocketSphinxSpec()
    scripted = select_engine(Policy.SCRIPTED, script=tmp_path / "net.json", delay_seconds=0.1)
    assert scripted.spec == ScriptedSpec(tmp_path / "net.json", 0.1)
    assert scripted.notice


def test_offline_a_model_that_is_not_cached_is_missing_without_asking_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsMissing, match="not in the local cache"):
        locate_whisper("tiny", 60.0)


def test_a_fetch_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsMissing, match=r"within 0\.001 s"):
        locate_whisper("tiny", 0.001)
