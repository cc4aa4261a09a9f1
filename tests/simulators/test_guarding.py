import numpy as np
import pytest

import involuntary as iv


def _level(recording, start, stop):
    rate = recording.channels[0].rate_hz
    return 1e6 * float(np.std(recording.samples(0, round(start * rate), round(stop * rate))))


def test_the_truth_is_where_the_bent_back_is_active():
    recording, (truth,) = iv.simulate("guarding", 60, 1, mains_uv=0)
    healthy, (none,) = iv.simulate("guarding", 60, 1, guards=False, mains_uv=0)
    assert len(truth) == 8
    assert not len(none)
    for onset in set(truth.onset_s):
        assert _level(recording, onset + 0.5, onset + 2.5) > 15
        assert _level(healthy, onset + 0.5, onset + 2.5) == pytest.approx(5, abs=0.5)


def test_the_angle_bends_and_comes_back():
    recording, _ = iv.simulate("guarding", 40, 1, flexion_deg=70)
    angle = recording.samples(2)
    assert np.max(angle) == pytest.approx(70, abs=1)
    assert abs(angle[-1]) < 1
