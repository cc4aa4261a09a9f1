import numpy as np
import pytest
from scipy import signal

from involuntary.dsp.coherence import coherence, coherence_of_lines, independent_segments, segment_lines
from involuntary.errors import ParameterError

RATE = 100.0


def _pair(seconds, seed=0):
    return np.random.default_rng(seed).standard_normal((2, round(seconds * RATE)))


@pytest.mark.parametrize(("share", "samples"), [(0.0, 0), (0.5, 50)])
def test_is_the_coherence_that_scipy_gives(share, samples):
    x, y = _pair(60)
    y += np.roll(x, 5)
    ours = coherence(x, y, RATE, 1.0, share)
    frequency, theirs = signal.coherence(x, y, RATE, np.hanning(100), 100, samples, detrend="constant")
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


@pytest.mark.parametrize("share", [0.0, 0.5, 0.75])
def test_independent_signals_exceed_the_limit_as_often_as_said(share):
    found = [coherence(*_pair(60, seed), RATE, 1.0, share) for seed in range(200)]
    above = np.mean([f.squared[2:-2] > f.limit(0.95) for f in found])
    assert above == pytest.approx(0.05, abs=0.01)


def test_overlapping_segments_are_worth_fewer():
    assert independent_segments(60, 100, 100) == 60
    assert independent_segments(119, 100, 50) == pytest.approx(119 / (1 + 2 / 36 * 118 / 119), rel=0.01)
    assert coherence(*_pair(60), RATE, 1.0, 0.5).limit() == pytest.approx(0.0264, abs=2e-4)


def test_signals_of_different_rates_have_the_same_lines():
    time = np.arange(60000) / 1000
    wave = np.sin(2 * np.pi * 11 * time) + np.random.default_rng(4).standard_normal(60000)
    fast, slow = segment_lines(wave, 1000.0, 1.0, 0.5, 40.0), segment_lines(wave[::2], 500.0, 1.0, 0.5, 40.0)
    assert fast.shape == slow.shape == (119, 41)
    found = coherence_of_lines(fast, slow, np.arange(41.0), independent_segments(119, 1000, 500))
    assert found.squared[11] > 0.99


@pytest.mark.parametrize("polarity", [1, -1])
@pytest.mark.parametrize("late_ms", [-12.0, 8.0, 20.0])
def test_the_slope_of_the_phase_is_the_delay(late_ms, polarity):
    random = np.random.default_rng(5)
    drive = signal.sosfilt(signal.butter(2, [8, 40], "bandpass", fs=1000, output="sos"), random.standard_normal(120000))
    first = drive + 0.5 * random.standard_normal(drive.size)
    second = polarity * np.roll(drive, round(late_ms)) + 0.5 * random.standard_normal(drive.size)
    found = coherence(first, second, 1000.0, 1.0, 0.5)
    delay = found.delay(found.significant())
    assert delay.seconds == pytest.approx(late_ms / 1e3, abs=3e-4)
    assert delay.interval[0] < delay.seconds < delay.interval[1]
    assert delay.interval[1] - delay.interval[0] < 0.002
    assert found.delay(found.frequency_hz == 10) is None


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
