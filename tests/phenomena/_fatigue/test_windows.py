"""Windows of a contraction, and how far they stand out of noise."""

import numpy as np
import pytest

from involuntary.phenomena._fatigue.windows import held, signal_to_noise, spectral

HZ = np.arange(20.0, 451.0)
MUSCLE = 1e3 * (HZ / 80) ** 2 / (1 + (HZ / 80) ** 4) ** 2


def test_what_is_held_is_neither_rest_nor_ramp_nor_unusable():
    power = np.array([0.0, 1, 1, 10, 100, 90, 110, 100, 20, 1])
    usable = np.ones(10, dtype=bool)
    usable[5] = False
    assert np.flatnonzero(held(power, usable)).tolist() == [4, 6, 7]
    assert not held(power, ~np.ones(10, dtype=bool)).any()
    assert not held(np.zeros(10), usable).any()


@pytest.mark.parametrize("level_db", [5, 20])
def test_noise_is_known_from_rest_or_from_the_top_of_the_band(level_db):
    noise = MUSCLE.sum() / HZ.size / 10 ** (level_db / 10)
    effort, rest = np.tile(MUSCLE + noise, (6, 1)), np.full((2, HZ.size), noise)
    usable = np.ones(8, dtype=bool)
    by_rest = signal_to_noise(HZ, np.vstack([rest, effort]), usable)[2:]
    by_band = signal_to_noise(HZ, effort, usable[:6])
    assert by_rest == pytest.approx(np.full(6, level_db), abs=0.1)
    assert np.all(by_band <= by_rest + 0.1)
    assert by_band == pytest.approx(by_rest, abs=1.5)
    # A muscle that reaches into the top of the band makes that bound a loose one; neighbours that agree tighten it.
    sharp = np.tile(np.ones(HZ.size), (6, 1))
    assert np.all(signal_to_noise(HZ, sharp, usable[:6]) < 0)
    assert signal_to_noise(HZ, sharp, usable[:6], np.full(6, 0.99)) == pytest.approx(np.full(6, 19.96), abs=0.01)


def test_below_the_limit_there_is_no_frequency():
    quiet, loud = np.full(HZ.size, 1.0), MUSCLE + 1.0
    found = spectral(HZ, np.stack([quiet, loud, 0.004 * loud + 1.0]), np.ones(3, dtype=bool), 10.0)
    assert np.isfinite(found["median_frequency_hz"]).tolist() == [False, True, False]
    assert np.isfinite(found["mean_frequency_hz"]).tolist() == [False, True, False]
