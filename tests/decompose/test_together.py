"""Discharges that a filter gave to the wrong unit, missed or made up, read together with the others."""

import numpy as np
import pytest

from involuntary.decompose.peeling import laid_down
from involuntary.decompose.together import read_together

BEFORE, AFTER, APART = 15, 25, 20


def _record(seed=0, n=20_000, channels=8, alike=0.8):
    """Two units of which the second is much like the first, and noise."""
    random = np.random.default_rng(seed)
    first = random.standard_normal((channels, 40)) * np.hanning(40)
    second = alike * first + np.sqrt(1 - alike**2) * random.standard_normal((channels, 40)) * np.hanning(40)
    trains = [np.cumsum(random.integers(60, 140, 190)) + 100 for _ in range(2)]
    trains = [at[at < n - 100] for at in trains]
    signal = sum(laid_down(w.astype(np.float32), at, BEFORE, n) for w, at in zip((first, second), trains, strict=True))
    return signal + 0.1 * random.standard_normal(signal.shape).astype(np.float32), trains


def _wrong(true, got):
    return sum(len(set(a.tolist()) ^ set(b.tolist())) for a, b in zip(true, got, strict=True))


def test_right_discharges_stay():
    signal, trains = _record()
    assert _wrong(trains, read_together(signal, trains, BEFORE, AFTER, APART)) == 0


@pytest.mark.parametrize("kind", ["swapped", "missed", "made up"])
def test_wrong_discharges_are_mended(kind):
    signal, trains = _record()
    read = [at.copy() for at in trains]
    taken = read[0][5::12]
    if kind != "made up":
        read[0] = np.setdiff1d(read[0], taken)
    if kind == "swapped":
        free = [t for t in taken if np.abs(read[1] - t).min() >= APART]
        read[1] = np.sort(np.concatenate([read[1], free]))
    if kind == "made up":
        read[0] = np.sort(np.concatenate([read[0], (read[0][5:-1:12] + read[0][6::12][: read[0][5:-1:12].size]) // 2]))
    assert _wrong(trains, read) >= 10
    assert _wrong(trains, read_together(signal, read, BEFORE, AFTER, APART)) <= 1


def test_discharges_of_a_unit_stay_apart_and_sorted():
    signal, trains = _record(seed=2)
    for at in read_together(signal, [trains[0][::2], trains[1]], BEFORE, AFTER, APART):
        assert np.diff(at).min() >= APART


def test_no_unit_is_no_work():
    assert read_together(np.zeros((2, 100), dtype=np.float32), [], BEFORE, AFTER, APART) == []
