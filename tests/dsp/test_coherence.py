import numpy as np
import pytest
from scipy import signal

from involuntary.dsp.coherence import coherence
from involuntary.errors import ParameterError

RATE = 100.0


def _pair(seconds, seed=0):
    return np.random.default_rng(seed).standard_normal((2, round(seconds * RATE)))


def test_is_the_coherence_that_scipy_gives():
    x, y = _pair(60)
    y += np.roll(x, 5)
    ours = coherence(x, y, RATE, 1.0)
    frequency, theirs = signal.coherence(x, y, RATE, np.hanning(100), 100, 0, detrend="constant")
    np.testing.assert_allclose(ours.frequency_hz, frequency)
    np.testing.assert_allclose(ours.squared[1:-1], theirs[1:-1], rtol=1e-9)


@pytest.mark.parametrize(
    ("segments", "limit95", "limit99"), [(20, 0.146, 0.215), (60, 0.050, 0.075), (120, 0.025, 0.038)]
)
def test_the_limit_is_that_published(segments, limit95, limit99):
    found = coherence(*_pair(segments), RATE, 1.0)
    assert found.segments == segments
    assert found.limit(0.95) == pytest.approx(limit95, abs=6e-4)
    assert found.limit(0.99) == pytest.approx(limit99, abs=6e-4)


def test_independent_signals_exceed_the_limit_as_often_as_said():
    found = [coherence(*_pair(60, seed), RATE, 1.0) for seed in range(200)]
    above = np.mean([f.squared[2:-2] > f.limit(0.95) for f in found])
    assert above == pytest.approx(0.05, abs=0.01)


def test_a_common_rhythm_is_significant_where_it_is_and_its_phase_tells_who_leads():
    time = np.arange(6000) / RATE
    rhythm = np.sin(2 * np.pi * np.cumsum(6 + 0.5 * np.random.default_rng(3).standard_normal(6000)) / RATE)
    x, y = _pair(60) + rhythm
    y = np.roll(y, 4)  # 40 ms later
    found = coherence(x, y, RATE, 1.0)
    marked = found.frequency_hz[found.significant()]
    assert time.size == 6000
    assert {6.0} <= set(marked) <= {4.0, 5.0, 6.0, 7.0, 8.0}
    assert found.phase_rad[6] == pytest.approx(-2 * np.pi * 6 * 0.04, abs=0.2)


def test_a_lone_bin_is_not_significant():
    found = coherence(*_pair(60), RATE, 1.0)
    found.squared[:] = 0
    found.squared[[7, 20, 21]] = 1
    assert found.frequency_hz[found.significant()].tolist() == [20, 21]


def test_few_segments_are_refused():
    with pytest.raises(ParameterError) as refused:
        coherence(*_pair(7), RATE, 1.0)
    assert str(refused.value) == "coherence: needs at least 8 segments; got 7 of 1 s"
