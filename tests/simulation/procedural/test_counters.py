"""The random numbers themselves: known answers, uniform bits, streams without relation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from multiarea.simulation.procedural.counters import key_of, words

PURPOSES = range(1, 8)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0x00000000, 0x00000000), 0x00000000, (0x257A3673, 0xCD26BE2A)),
        ((0xFFFFFFFF, 0xFFFFFFFF), 0xFFFFFFFF, (0xAB302C4D, 0x3DC9D239)),
        ((0x243F6A88, 0x85A308D3), 0x13198A2E, (0xBEDBBE6B, 0xE4C770B3)),
    ],
)
def test_known_answers(counter, key, expected):
    """Random123's kat_vectors, philox2x32 with 7 rounds.

    Here the second number of the counter is the upper half of the stream's key, and the first
    number of the answer is the upper half of the word.
    """
    number = np.array([counter[0]], np.uint64)
    word = words(number, np.uint64(counter[1] << 32 | key))[0]
    assert (int(word) >> 32, int(word) & 0xFFFFFFFF) == expected


def first_words(seeds, purposes):
    """First words of neighbouring streams, (seed, purpose, first, second, word)."""
    names = list(itertools.product(seeds, purposes, range(16), range(16)))
    some = np.arange(16, dtype=np.uint64)
    drawn = np.array([words(some, key_of(*name)) for name in names])
    return drawn.reshape(len(seeds), len(purposes), 16, 16, 16)


@pytest.fixture(scope="module")
def drawn():
    return first_words([55], PURPOSES)


def test_bytes_are_uniform(drawn, check):
    """Each of the 256 values n / 256 times, for every purpose and each of the 8 bytes of a word."""
    for k in range(len(PURPOSES)):
        parts = np.ascontiguousarray(drawn[:, k]).view(np.uint8).reshape(-1, 8)
        counts = [np.bincount(column, minlength=256) for column in parts.T]
        assert check.fits(counts, np.full((8, 256), len(parts) / 256), fixed=8)


@pytest.mark.parametrize("axis", range(5), ids=["seed", "purpose", "first", "second", "counter"])
def test_neighbouring_streams_are_unrelated(drawn, check, axis):
    """Bit i of a word and bit j of its neighbour agree in half of the cases, for all 64 x 64."""
    drawn = drawn if axis else first_words(range(1, 9), [1])
    n = drawn.shape[axis]
    pairs = [drawn.take(range(1, n), axis).ravel(), drawn.take(range(n - 1), axis).ravel()]
    shifts = np.arange(64, dtype=np.uint64)
    one, other = (((w[:, None] >> shifts) & np.uint64(1)) * 2.0 - 1.0 for w in pairs)
    z = one.T @ other / np.sqrt(len(one))
    assert check.two_sided(np.sum(z**2), z.size) > check.P
    assert np.abs(z).max() < 5.5  # P(|z| > 5.5) x 4096 = 1.6e-4


def test_no_two_streams_are_the_same(drawn):
    """Neither purposes nor the order of two numbers may be mixed up, nor seed and purpose."""
    assert len(np.unique(drawn[..., 0])) == 7 * 16 * 16
    assert len(np.unique(first_words(range(1, 9), PURPOSES)[:, :, :2, :2, 0])) == 8 * 7 * 2 * 2
