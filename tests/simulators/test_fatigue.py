"""A line of electrodes over fibres that conduct ever more slowly."""

import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError

SMALL = {"units": 8, "fibres": 1200, "rows_n": 4, "noise_uv": 0.2, "mains_uv": 0}


def _velocity(recording, start_s, stop_s):
    """Distance over the delay between the differences of the first and of the last pair of electrodes, 10 mm apart."""
    rate = recording.channels[0].rate_hz
    span = slice(round(start_s * rate), round(stop_s * rate))
    row = [recording.samples(i)[span] for i in range(4)]
    near, far = row[0] - row[1], row[2] - row[3]
    frequency = np.fft.rfftfreq(near.size, 1 / rate)
    cross = np.fft.rfft(far) * np.conj(np.fft.rfft(near))
    delays = np.arange(0.001, 0.006, 1e-5)
    power = [np.sum(cross * np.exp(2j * np.pi * frequency * delay)).real for delay in delays]
    return 0.010 / delays[np.argmax(power)]


def test_the_velocity_falls_as_it_is_told():
    recording, (truth,) = simulate("fatigue", 40, 2, velocity_m_s=5.0, velocity_end_m_s=3.5, **SMALL)
    told = truth.features["velocity_m_s"]
    assert (told[0], told[-1]) == (5.0, 3.5)
    assert np.all(np.diff(told) <= 0)
    for start_s, stop_s in ((4, 8), (20, 24), (35, 39)):
        inside = (truth.onset_s >= start_s) & (truth.stop_s <= stop_s)
        assert _velocity(recording, start_s, stop_s) == pytest.approx(told[inside].mean(), rel=0.04)


def test_it_rests_first_and_says_where_the_electrodes_lie():
    recording, (truth,) = simulate("fatigue", 12, 1, **SMALL)
    rate = recording.channels[0].rate_hz
    rest, effort = (recording.samples(0)[round(a * rate) : round(b * rate)].std() for a, b in ((0, 3), (5, 12)))
    assert effort > 10 * rest
    assert truth.onset_s[0] == 3.0
    assert [(e.x, e.y, e.unit, e.channels) for e in recording.electrodes[:2]] == [
        (0.0, 15.0, "mm", ("R1C1",)),
        (0.0, 20.0, "mm", ("R2C1",)),
    ]


def test_a_velocity_that_is_none_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("fatigue", 4, 0, velocity_end_m_s=0)
    assert str(caught.value) == "fatigue.velocity_end_m_s: must be above zero; got 0.0"
