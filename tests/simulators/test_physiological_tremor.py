"""What the mechanics of a hand make of steady twitches: nothing of it is put in as an oscillation."""

import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.model import ChannelKind

RATE = 200.0


def _held(recording, start_s, stop_s):
    chosen = recording.channels_of(ChannelKind.ACCELEROMETER)
    a = np.stack([recording.samples(c, round(start_s * RATE), round(stop_s * RATE)) for c in chosen])
    a -= a.mean(axis=1, keepdims=True)
    return np.linalg.svd(a, full_matrices=False)[0][:, 0] @ a


def _peak(x):
    parts = np.lib.stride_tricks.sliding_window_view(x, 800)[::400] * np.hanning(800)
    power = np.mean(np.abs(np.fft.rfft(parts)) ** 2, axis=0)
    frequency = np.fft.rfftfreq(800, 1 / RATE)
    power[frequency < 2] = 0
    return frequency[np.argmax(power)]


@pytest.mark.parametrize("load", [0.004, 0.012])
def test_the_hand_swings_at_its_own_frequency_and_a_load_slows_it(load):
    recording, (truth,) = simulate("physiological-tremor", 120, 1, load_kg_m2=load)
    free, loaded = truth.features["frequency_hz"]
    assert loaded == pytest.approx(free * np.sqrt(0.004 / (0.004 + load)))
    assert _peak(_held(recording, 2, 58)) == pytest.approx(free, abs=0.8)
    assert _peak(_held(recording, 62, 118)) == pytest.approx(loaded, abs=0.8)
    assert free - loaded > 1


def test_it_stays_below_what_healthy_hands_show():
    recording, _ = simulate("physiological-tremor", 60, 2, loaded_share=0)
    # Wade, Gresty and Findley 1982: 0.035 g.
    assert 0.002 * 9.81 < np.sqrt(2) * _held(recording, 2, 58).std() < 0.035 * 9.81


def test_a_damped_hand_has_no_peak_of_its_own():
    sharp, dull = (
        _held(simulate("physiological-tremor", 60, 3, loaded_share=0, damping_ratio=d)[0], 2, 58) for d in (0.1, 0.9)
    )

    def share(x):
        power = np.abs(np.fft.rfft(x * np.hanning(x.size))) ** 2
        frequency = np.fft.rfftfreq(x.size, 1 / RATE)
        return power[np.abs(frequency - 8.5) < 1].sum() / power[frequency > 2].sum()

    assert share(sharp) > 1.5 * share(dull)


def test_a_share_of_one_is_refused():
    with pytest.raises(ParameterError, match="must be below 1"):
        simulate("physiological-tremor", 5, 1, loaded_share=1)
