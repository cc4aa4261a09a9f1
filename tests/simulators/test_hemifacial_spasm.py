import numpy as np

from involuntary import simulate


def test_one_side_twitches_together_and_the_other_rests():
    recording, (truth,) = simulate("hemifacial-spasm", 60, 1)
    size = [recording.samples(c).std() * 1e6 for c in range(4)]
    assert min(size[:2]) > 2 * max(size[2:])
    names = np.array(truth.channel)
    oculi = truth.onset_s[names == "orbicularis oculi left"]
    oris = truth.onset_s[names == "orbicularis oris left"]
    assert len(oculi) == len(oris) > 10
    # Within 5 ms, the usual window of synchrony.
    assert np.max(np.abs(oculi - oris)) < 0.006


def test_spasms_are_where_the_truth_says():
    recording, (truth,) = simulate("hemifacial-spasm", 60, 2, noise_uv=1, mains_uv=0)
    for row in range(len(truth)):
        channel = recording.index(truth.channel[row])
        x, rate = np.abs(recording.samples(channel)) * 1e6, recording.channels[channel].rate_hz
        inside = x[int(truth.onset_s[row] * rate) : int(truth.stop_s[row] * rate)]
        before = x[int((truth.onset_s[row] - 0.02) * rate) : int((truth.onset_s[row] - 0.002) * rate)]
        after = x[int((truth.stop_s[row] + 0.002) * rate) : int((truth.stop_s[row] + 0.02) * rate)]
        assert inside.max() > 30
        assert max(before.max(), after.max()) < 0.2 * inside.max()


def test_rates_within_a_spasm_are_those_published():
    _, (truth,) = simulate("hemifacial-spasm", 60, 3)
    assert 250 <= truth.features["rate_hz"].min() <= truth.features["rate_hz"].max() <= 350
