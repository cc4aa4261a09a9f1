import numpy as np
import pytest

from involuntary import simulate


def test_both_muscles_are_silent_where_the_truth_says_and_active_elsewhere():
    recording, (truth,) = simulate("negative-myoclonus", 60, 1, mains_uv=0)
    rate = recording.channels[0].rate_hz
    assert set(truth.channel) == {"wrist extensor", "wrist flexor"}
    for row in range(len(truth)):
        x = recording.samples(recording.index(truth.channel[row])) * 1e6
        start, stop = truth.onset_s[row], truth.stop_s[row]
        silent = x[int(start * rate) + 2 : int(stop * rate) - 2]
        around = x[int((start - 0.3) * rate) : int(start * rate)]
        assert silent.std() < 7
        assert around.std() > 3 * silent.std()
        assert 0.06 <= stop - start <= 0.2


def test_the_hand_falls_after_each_pause():
    recording, (truth,) = simulate("negative-myoclonus", 60, 2)
    hand = recording.index("hand up")
    x, rate = recording.samples(hand) - 9.80665, recording.channels[hand].rate_hz
    onset = truth.onset_s[np.array(truth.channel) == "wrist extensor"]
    falls = [x[int((o + 0.08) * rate) : int((o + 0.14) * rate)].mean() for o in onset]
    assert np.max(falls) < -0.8
    assert np.median(np.abs(x)) == pytest.approx(0.05 * 0.67, rel=0.3)
