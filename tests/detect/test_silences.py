import numpy as np
import pytest

from involuntary.detect.silences import SilenceRule, detect, longest_by_chance
from involuntary.dsp.bands import zero_phase
from simulated import noise, recording

RATE = 2000.0
LAPSES = SilenceRule(shortest_ms=30.0)


def held(seconds=60.0, gaps=(), rms=40.0, seed=0):
    """A steady contraction over noise of 3 µV, silent in the gaps (onset and length in seconds)."""
    n = round(seconds * RATE)
    muscle = zero_phase(np.random.default_rng(seed).standard_normal(n), RATE, 20, 300)
    muscle *= rms / muscle.std()
    for onset, length in gaps:
        muscle[round(onset * RATE) : round((onset + length) * RATE)] = 0
    return muscle + noise(seconds, RATE, seed, 3.0)


@pytest.mark.parametrize("length_ms", [40, 50, 70, 100, 200, 400])
def test_silences_are_found_with_onset_and_length(length_ms):
    onset = 2 + 2.0 * np.arange(28)
    events = detect(recording(held(gaps=[(t, length_ms / 1e3) for t in onset]), RATE), 0, LAPSES)
    assert len(events) == 28
    late = 1e3 * (events.onset_s - onset)
    assert abs(late.mean()) <= 4
    assert late.std() <= 8
    assert 1e3 * np.median(events.duration_s) == pytest.approx(length_ms, abs=5)
    assert np.all(events.features["inside_uv"] < 0.3 * events.features["around_uv"])


def test_what_is_no_lapse_yields_none():
    assert len(detect(recording(held(120), RATE), 0, SilenceRule(shortest_ms=50.0))) == 0
    assert len(detect(recording(noise(60, RATE, 1), RATE), 0, LAPSES)) == 0
    assert len(detect(recording(np.zeros(20000), RATE), 0, LAPSES)) == 0


def test_the_end_of_a_contraction_is_no_silence():
    x = held(60, gaps=[(10.0, 5.0), (30.0, 0.9), (40.0, 20.0)])
    assert len(detect(recording(x, RATE), 0, LAPSES)) == 0


@pytest.mark.parametrize("scale_ms", [4.0, 8.0, 15.0])
def test_gaps_that_fall_off_exponentially_tell_how_long_they_are_by_chance(scale_ms):
    random = np.random.default_rng(1)
    gaps = random.exponential(scale_ms / 1e3, 20000)
    limit = longest_by_chance(gaps[gaps >= 0.01], 0.05)
    true = 1e-3 * scale_ms * np.log(20000 / 0.05)
    assert limit == pytest.approx(true, rel=0.12)
    # Silences among them change little: they are longer than what tells chance.
    silences = random.uniform(0.06, 0.2, 100)
    assert longest_by_chance(np.append(gaps[gaps >= 0.01], silences), 0.05) == limit


def test_without_short_gaps_none_comes_by_chance_and_with_even_ones_any_may():
    assert longest_by_chance(np.full(20, 0.05), 0.05) == 0.0
    assert longest_by_chance(np.linspace(0.01, 0.025, 500), 0.05) == np.inf


def test_gaps_that_end_sooner_than_exponentially_hide_less():
    random = np.random.default_rng(2)
    gaps = random.exponential(0.014, 3000)
    regular = gaps[(gaps >= 0.01) & (random.random(gaps.size) < np.exp(-((gaps / 0.04) ** 2)))]
    exponential = gaps[gaps >= 0.01]
    assert longest_by_chance(regular, 0.05) < 0.8 * longest_by_chance(exponential, 0.05)
    # More of 30 to 50 ms than foretold are silences of their own, and tell nothing of chance.
    brief = np.append(exponential, random.uniform(0.03, 0.05, 400))
    assert longest_by_chance(brief, 0.05) == pytest.approx(longest_by_chance(exponential, 0.05), rel=0.25)
