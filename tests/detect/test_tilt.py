import numpy as np
import pytest

import involuntary as iv
from involuntary.detect import tilt
from involuntary.detect.tilt import TiltRule
from involuntary.model import Intervals


def _levels(name, **settings):
    return tilt.detect(iv.simulate(name, 20, 1, **settings)[0], 0, TiltRule())


def test_noise_has_its_level_and_no_tilt():
    found = _levels("rest", noise_uv=10, mains_uv=0)
    assert found.level.size == 40
    # White over 1000 Hz, of which 430 are kept.
    assert np.median(found.level) == pytest.approx(10 * np.sqrt(0.43), rel=0.05)
    assert np.median(found.tilt) == pytest.approx(1.0, abs=0.4)
    assert not found.is_muscle(0.0, 6.0).any()


def test_mains_and_heart_are_no_muscle():
    assert not _levels("rest", mains_uv=100).is_muscle(5.0, 6.0).any()
    assert np.mean(_levels("rest", ecg_uv=300).is_muscle(5.0, 6.0)) < 0.1


def test_a_contraction_is_muscle():
    assert np.mean(_levels("voluntary").is_muscle(5.0, 6.0)) > 0.95


def test_half_seconds_of_a_stretch_are_kept():
    part = _levels("rest").during(Intervals.of((5.0, 10.0)))
    assert part.level.size == 10
    assert part.time_s[0] == 5.25


def test_slow_channels_have_no_tilt():
    found = _levels("rest", sampling_hz=500)
    assert np.isnan(found.tilt).all()
    assert not found.is_muscle(0.0, 6.0).any()
