"""Voice is found under noise; noise, tones, hum and silence are not voice."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.transcribe.audio import decode
from services.transcribe.domain.voice_activity import Region, detect, merge, split_long

RATE_HZ = 16_000
SPOKEN = Path(__file__).parents[4] / "data" / "sample_net" / "demo-node" / "20261120_233021_rx.flac"

Audio = NDArray[np.float32]


def silence(seconds: float) -> Audio:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def noise(seconds: float, level: float) -> Audio:
    """White noise of this rms."""
    source = np.random.default_rng(7)
    return (source.standard_normal(int(seconds * RATE_HZ)) * level).astype(np.float32)


def tone(seconds: float, *hz: float) -> Audio:
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return sum((0.2 / len(hz) * np.sin(2 * np.pi * pitch * time) for pitch in hz), start=0 * time).astype(np.float32)


def voice(seconds: float) -> Audio:
    """Something with a gliding pitch, harmonics and syllables, rms about 0.1."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(130 + 25 * np.sin(2 * np.pi * 0.7 * time)) / RATE_HZ
    harmonics = sum(np.sin(order * phase) / order for order in range(2, 20))
    syllables = np.clip(np.sin(2 * np.pi * 2 * time), 0.02, 1.0)
    return (0.12 * harmonics * syllables).astype(np.float32)


def join(*parts: Audio) -> Audio:
    return np.concatenate(parts)


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(silence(0.0), id="nothing"),
        pytest.param(silence(0.01), id="less than a frame"),
        pytest.param(silence(3), id="silence"),
        pytest.param(noise(3, 0.001), id="faint hiss"),
        pytest.param(noise(3, 0.2), id="loud hiss"),
        pytest.param(tone(3, 1_000), id="steady tone"),
        pytest.param(join(silence(1), tone(0.2, 800), silence(1)), id="courtesy tone"),
        pytest.param(join(silence(1), tone(2, *range(120, 1_400, 120)), silence(1)), id="mains hum"),
        pytest.param(join(silence(1), noise(0.3, 0.3), silence(1)), id="squelch tail"),
        pytest.param(join(silence(1), noise(2, 0.3), silence(1)), id="open squelch"),
    ],
)
def test_what_nobody_says_is_not_speech(audio: Audio) -> None:
    assert detect(audio) == []


@pytest.mark.parametrize("hiss", [0.0, 0.005, 0.02])
def test_a_voice_is_found_where_it_is(hiss: float) -> None:
    audio = join(silence(1), voice(2), silence(1))
    regions = detect(audio + noise(4, hiss))
    assert regions[0].start_seconds == pytest.approx(1.0, abs=0.3)
    assert regions[-1].end_seconds == pytest.approx(3.0, abs=0.5)


def test_two_voices_with_a_long_pause_are_two_regions() -> None:
    assert len(detect(join(silence(0.5), voice(1.5), silence(2), voice(1.5), silence(0.5)))) == 2


def test_a_faint_voice_is_found_as_well_as_a_loud_one() -> None:
    audio = join(silence(1), voice(2), silence(1)) + noise(4, 0.001)
    assert detect(audio * np.float32(0.05))


def test_a_real_over_is_found_without_its_courtesy_tone_and_tail_as_regions_of_their_own() -> None:
    regions = merge(detect(decode(SPOKEN, max_seconds=60).samples), max_gap_seconds=0.5, max_seconds=20)
    assert len(regions) == 1
    assert regions[0].seconds > 2.5


def test_regions_are_in_order_inside_the_audio() -> None:
    audio = join(voice(1), silence(1), voice(1), silence(1), voice(1))
    regions = detect(audio)
    times = [moment for region in regions for moment in (region.start_seconds, region.end_seconds)]
    assert times == sorted(times)
    assert times[0] >= 0.0
    assert times[-1] <= audio.size / RATE_HZ


def test_near_regions_are_merged_and_far_ones_are_not() -> None:
    regions = [Region(0, 1), Region(1.3, 2), Region(4, 5)]
    assert merge(regions, max_gap_seconds=0.5, max_seconds=20) == [Region(0, 2), Region(4, 5)]


def test_a_merge_stops_at_the_longest_segment() -> None:
    regions = [Region(0, 8), Region(8.1, 16), Region(16.1, 24)]
    assert merge(regions, max_gap_seconds=0.5, max_seconds=20) == [Region(0, 16), Region(16.1, 24)]


def test_a_long_region_is_cut_at_its_quietest_moment() -> None:
    audio = join(noise(8.5, 0.1), silence(0.2), noise(6, 0.1))
    pieces = split_long(audio, [Region(0.0, 14.7)], max_seconds=10.0)
    assert len(pieces) == 2
    assert pieces[0].end_seconds == pieces[1].start_seconds == pytest.approx(8.6, abs=0.1)
    assert (pieces[0].start_seconds, pieces[1].end_seconds) == (0.0, 14.7)
