import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.model import ChannelKind
from involuntary.simulators.myoclonus import ORIGINS


@pytest.mark.parametrize("origin", sorted(ORIGINS))
def test_bursts_are_where_the_truth_says(origin):
    recording, (truth,) = simulate("myoclonus", 60, 1, origin=origin, mains_uv=0, noise_uv=1)
    shortest, longest = ORIGINS[origin].shortest_s, ORIGINS[origin].longest_s
    assert len(truth)
    for row in range(len(truth)):
        channel = recording.index(truth.channel[row])
        rate = recording.channels[channel].rate_hz
        x = np.abs(recording.samples(channel)) * 1e6
        start, stop = truth.onset_s[row], truth.stop_s[row]
        inside = x[int(start * rate) : int(stop * rate)]
        around = np.concatenate([x[int((start - 0.015) * rate) : int((start - 0.003) * rate)]])
        assert inside.max() > 20
        assert around.max() < 0.25 * inside.max()
        assert shortest - 1e-9 <= stop - start <= longest + 1e-9


def test_muscles_follow_in_their_order():
    _, (truth,) = simulate("myoclonus", 120, 2, origin="propriospinal")
    jerk = truth.features["jerk_id"]
    delay = [truth.onset_s[(jerk == j) & (np.array(truth.channel) == "sternomastoid")][0]
             - truth.onset_s[(jerk == j) & (np.array(truth.channel) == "rectus abdominis")][0]
             for j in np.unique(jerk)]  # fmt: skip
    assert delay == pytest.approx([0.06] * len(delay))


def test_functional_jerks_change_their_order():
    _, (truth,) = simulate("myoclonus", 200, 3, origin="functional")
    jerk, names = truth.features["jerk_id"], np.array(truth.channel)
    firsts = {names[np.flatnonzero(jerk == j)[0]] for j in np.unique(jerk)}
    assert len(firsts) == 3


@pytest.mark.parametrize(
    ("origin", "window", "sign"), [("cortical", (-0.030, -0.010), 1), ("functional", (-0.25, -0.05), -1)]
)
def test_the_average_before_the_jerk_shows_the_cortex(origin, window, sign):
    recording, (truth,) = simulate("myoclonus", 400, 4, origin=origin, per_min=30)
    (eeg,) = recording.channels_of(ChannelKind.EEG)
    x, rate = recording.samples(eeg) * 1e6, recording.channels[eeg].rate_hz
    jerk = np.array([truth.onset_s[truth.features["jerk_id"] == j].min() for j in np.unique(truth.features["jerk_id"])])
    jerk = jerk[(jerk > 3) & (jerk < 395)]
    cuts = np.array([x[int((j - 2.5) * rate) : int((j + 0.5) * rate)] for j in jerk])
    mean = cuts.mean(axis=0) - cuts[:, : int(0.5 * rate)].mean()
    at = slice(int((2.5 + window[0]) * rate), int((2.5 + window[1]) * rate))
    assert sign * mean[at].mean() > 2


def test_an_unknown_origin_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("myoclonus", 10, origin="thalamic")
    assert str(caught.value) == (
        "myoclonus.origin: must be one of cortical, brainstem, spinal, propriospinal, functional; got 'thalamic'"
    )
