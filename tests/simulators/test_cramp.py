import numpy as np
import pytest

from involuntary import simulate
from involuntary.simulators.cramp import CrampParameters, _fire


def _rms(samples):
    return 1e6 * np.sqrt(np.mean(samples**2))


def test_a_cramp_is_where_the_truth_says():
    recording, (truth,) = simulate("cramp", 140, 1)
    assert truth.kind == "tonic"
    assert len(truth) == 2
    x, rate = recording.samples(0), recording.channels[0].rate_hz
    for start, stop in zip(truth.onset_s, truth.stop_s, strict=True):
        assert _rms(x[int((start + 10) * rate) : int((start + 15) * rate)]) > 5 * _rms(x[: int(15 * rate)])
        assert start >= 20
        assert stop - start <= 40.01


def test_units_fire_as_measured_in_cramps():
    p = CrampParameters(doublet_fraction=0.0)
    fired = _fire(0.0, 40.0, p, np.random.default_rng(2))
    rates, spread, active = [], [], []
    for unit in range(p.units):
        time = fired.time_s[fired.unit == unit]
        if time.size > 30:
            between = np.diff(time)
            rates.append(1 / between.mean())
            spread.append(between.std() / between.mean())
            active.append(np.ptp(time))
    # Minetto 2009: 14.5 ± 5.1 a second, interval CV 44.6 ± 9.7 %.
    assert np.mean(rates) == pytest.approx(14.5, abs=1.5)
    assert np.mean(spread) == pytest.approx(0.446, abs=0.1)
    assert 15 < np.mean(active) < 30


def test_doublets_are_as_common_as_asked():
    p = CrampParameters(doublet_fraction=0.2)
    fired = _fire(0.0, 40.0, p, np.random.default_rng(3))
    between = np.concatenate([np.diff(fired.time_s[fired.unit == u]) for u in range(p.units)])
    assert np.mean((between >= 0.005) & (between <= 0.0101)) == pytest.approx(0.2 / 1.2, abs=0.03)
