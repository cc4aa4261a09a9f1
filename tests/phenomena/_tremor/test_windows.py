import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.phenomena.tremor import PHENOMENON
from simulated import recording

RATE = 2000.0
_T = np.arange(-20, 21) / RATE


def _muscle(times, seed, noise=5.0, seconds=60):
    """Add up biphasic and triphasic potentials of units, a list of times each, in white noise."""
    random = np.random.default_rng(seed)
    x = random.normal(0.0, noise, round(seconds * RATE))
    for own in times:
        wave = 120 * random.uniform(0.6, 1.4) * np.exp(-((_T / 0.002) ** 2)) * np.cos(2 * np.pi * 150 * _T + own[0] * 9)
        at = np.round(own[(own > 0.1) & (own < seconds - 0.1)] * RATE).astype(int)
        for k in at:
            x[k - 20 : k + 21] += wave
    return recording(x, RATE)


def _alone(n, seed, low_hz=8.0, high_hz=10.0, varied=0.12, seconds=60):
    random = np.random.default_rng(seed)
    rates = random.uniform(low_hz, high_hz, n)
    return [random.uniform(0, 0.1) + np.cumsum(random.normal(1, varied, int(seconds * r)) / r) for r in rates]


def _together(n, seed, hz, seconds=60):
    random = np.random.default_rng(seed)
    beats = np.cumsum(random.normal(1, 0.04, int(seconds * hz)) / hz)
    return [(beats + random.normal(0, 0.01, beats.size))[random.random(beats.size) < 0.8] for _ in range(n)]


def _seen(found):
    measured = PHENOMENON.observe(Bench(found), {})
    return measured.findings[0], measured.events


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_units_that_fire_at_one_rate_each_for_itself_are_no_tremor(seed):
    finding, events = _seen(_muscle(_alone(6, seed), seed))
    assert finding.state is State.NOT_ASSESSED
    assert not any(len(one) for one in events)


def test_a_regular_unit_is_no_tremor_and_the_note_says_why():
    finding, _ = _seen(_muscle(_alone(1, 5, varied=0.06), 5))
    assert finding.state is State.NOT_ASSESSED
    assert "each for itself" in finding.rule


@pytest.mark.parametrize("hz", [5.0, 9.0])
def test_units_that_fire_together_are_tremor(hz):
    finding, events = _seen(_muscle(_together(8, 6, hz), 6))
    assert finding.state is State.PRESENT
    assert np.median(events[0].features["frequency_hz"]) == pytest.approx(hz, abs=0.2)


def test_a_muscle_that_holds_and_trembles_a_little_is_tremor():
    time = np.arange(round(60 * RATE)) / RATE
    noise = np.random.default_rng(7).standard_normal(time.size)
    finding, _ = _seen(recording(50 * (1 + 0.4 * np.cos(2 * np.pi * 9 * time)) * noise, RATE))
    assert finding.state is State.PRESENT
