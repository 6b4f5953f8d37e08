"""A Whisper model small enough to make in a second: it drives the true faster-whisper path, and says nonsense.

English only, 16 dimensions, one layer each side. What it says depends on the place in the text and on nothing else, by
margins that no processor's arithmetic bridges: the same words on every machine, whatever the audio. The tokenizer is
byte-level.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH = 16
MELS = 80
WINDOW_FRAMES = 1_500
MAX_TOKENS = 448
SEED = 20_261_123
SAID = "kilo"
"""The text of each segment, one token a letter. No space: faster-whisper takes a lone one for no speech."""
SEGMENT_END = "<|1.00|>"
"""Each segment is a second long: the next window begins there."""

# In this order Whisper numbers what follows the words; English-only models have no language tokens of use.
SPECIALS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
TIMESTAMPS = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1_501))


def make_tiny_whisper(folder: Path) -> Path:
    """Write the model into `folder`, which is made, and return it; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    words = tokenizer.get_vocab(with_added_tokens=True)
    spec = whisper_spec.WhisperSpec(1, 2, 1, 2)
    _fill(spec, len(words))
    _say(spec, words)
    spec.register_vocabulary(sorted(words, key=words.__getitem__))
    first_special = words[SPECIALS[0]]
    spec.config.suppress_ids = list(range(first_special + 1, first_special + len(SPECIALS) - 1))
    spec.config.suppress_ids_begin = [first_special]
    spec.config.lang_ids = [words["<|en|>"]]
    spec.config.alignment_heads = [(0, 0), (0, 1)]
    spec.validate()
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"feature_size": MELS, "sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400})
    )
    return folder


def _say(spec: whisper_spec.WhisperSpec, words: dict[str, int]) -> None:
    """Make the decoder write `SAID`, then the end of the segment twice, as Whisper pairs its timestamps.

    Each place in the text lights one dimension, which one token answers to; what the layers add is next to nothing.
    """
    decoder = spec.decoder
    tokens = [words["<|0.00|>"], *(words[letter] for letter in SAID), words[SEGMENT_END], words[SEGMENT_END]]
    tokens += [words["e"]] * (WIDTH - len(tokens))
    places = np.arange(MAX_TOKENS) % WIDTH
    decoder.position_encodings.encodings = np.eye(WIDTH, dtype=np.float32)[places] * np.float32(10.0)
    decoder.embeddings.weight *= np.float32(0.01)
    for layer in decoder.layer:
        for part in (layer.self_attention.linear[-1], layer.attention.linear[-1], layer.ffn.linear_1):
            part.weight *= np.float32(0.01)
    projection = np.zeros((len(words), WIDTH), np.float32)
    projection[tokens, np.arange(WIDTH)] = 10.0
    decoder.projection.weight = projection
    # A text may only begin with a timestamp: let it be the first, wherever behind a prompt that is.
    bias = np.zeros(len(words), np.float32)
    bias[words["<|0.00|>"]] = 5.0
    decoder.projection.bias = bias


def _tokenizer() -> Tokenizer:
    """One token per byte, then Whisper's special tokens and its 1501 timestamps."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: index for index, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIALS])
    tokenizer.add_tokens([AddedToken(token, special=False) for token in TIMESTAMPS])
    return tokenizer


def _fill(spec: whisper_spec.WhisperSpec, vocabulary_size: int) -> None:
    """Random matrices, zero biases, neutral norms: enough for finite numbers out of any input."""
    source = np.random.default_rng(SEED)

    def matrix(*shape: int) -> NDArray[np.float32]:
        return source.normal(0.0, 0.3, shape).astype(np.float32)

    def linear(layer: object, rows: int, columns: int) -> None:
        layer.weight = matrix(rows, columns)
        layer.bias = np.zeros(rows, np.float32)

    def norm(layer: object) -> None:
        layer.gamma = np.ones(WIDTH, np.float32)
        layer.beta = np.zeros(WIDTH, np.float32)

    def attention(layer: object, projections: tuple[int, ...]) -> None:
        norm(layer.layer_norm)
        for part, rows in zip(layer.linear, projections, strict=True):
            linear(part, rows, WIDTH)

    def feed_forward(layer: object) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 2 * WIDTH, WIDTH)
        linear(layer.linear_1, WIDTH, 2 * WIDTH)

    encoder, decoder = spec.encoder, spec.decoder
    for convolution, channels in ((encoder.conv1, MELS), (encoder.conv2, WIDTH)):
        convolution.weight = matrix(WIDTH, channels, 3)
        convolution.bias = np.zeros(WIDTH, np.float32)
    encoder.position_encodings.encodings = matrix(WINDOW_FRAMES, WIDTH)
    norm(encoder.layer_norm)
    for layer in encoder.layer:
        attention(layer.self_attention, (3 * WIDTH, WIDTH))
        feed_forward(layer.ffn)

    decoder.embeddings.weight = matrix(vocabulary_size, WIDTH)
    decoder.position_encodings.encodings = matrix(MAX_TOKENS, WIDTH)
    norm(decoder.layer_norm)
    for layer in decoder.layer:
        attention(layer.self_attention, (3 * WIDTH, WIDTH))
        attention(layer.attention, (WIDTH, 2 * WIDTH, WIDTH))
        feed_forward(layer.ffn)
