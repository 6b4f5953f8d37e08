"""A narrow-band FM voice channel as a listener hears it: band limits, noise, courtesy tone, squelch tail."""

from dataclasses import dataclass

import numpy as np

from tests.data.sample_net_maker.signals import Audio, band_pass, rms, silence, tone

VOICE_LOW_HZ = 300.0
VOICE_HIGH_HZ = 3000.0
SPEECH_LEVEL = 0.12
SQUELCH_LEVEL = 0.2
COURTESY_HZ = (660.0, 880.0)


@dataclass(frozen=True)
class ChannelConditions:
    """What happened to one over on its way.

    `snr_db` is speech power over noise power after the band limits; `clipped_head_seconds` is how much
    speech was lost because the talker spoke before the transmitter was up.
    """

    snr_db: float
    courtesy_tone: bool = True
    clipped_head_seconds: float = 0.0
    tail_seconds: float = 0.12


def transmit(speech: Audio, rate_hz: int, conditions: ChannelConditions, noise_source: np.random.Generator) -> Audio:
    """Speech as received: float32, shape (samples,), same rate, -1..1.

    Key-up silence, speech, a pause, the courtesy tone if any, all under the channel's noise; then the burst
    of discriminator noise before the squelch closes. Resampling to the recorder's rate comes after.
    """
    heard = speech[round(conditions.clipped_head_seconds * rate_hz) :]
    voice = band_pass(heard, rate_hz, VOICE_LOW_HZ, VOICE_HIGH_HZ)
    voice *= SPEECH_LEVEL / rms(voice)
    head = 0.0 if conditions.clipped_head_seconds else 0.2
    parts = [silence(head, rate_hz), voice, silence(0.2, rate_hz)]
    if conditions.courtesy_tone:
        parts += [tone(hz, 0.09, rate_hz, SPEECH_LEVEL) for hz in COURTESY_HZ] + [silence(0.1, rate_hz)]
    carrier = np.concatenate(parts)
    noise = _noise(len(carrier), rate_hz, noise_source)
    received = carrier + noise * (SPEECH_LEVEL / 10 ** (conditions.snr_db / 20))
    tail = _noise(round(conditions.tail_seconds * rate_hz), rate_hz, noise_source) * SQUELCH_LEVEL
    return np.concatenate([received, tail]).astype(np.float32)


def _noise(count: int, rate_hz: int, source: np.random.Generator) -> Audio:
    """Band-limited noise of unit power."""
    noise = band_pass(source.standard_normal(count).astype(np.float32), rate_hz, VOICE_LOW_HZ, VOICE_HIGH_HZ)
    return (noise / rms(noise)).astype(np.float32)
