import numpy as np

import involuntary as iv


def _rms(recording, channel, start, stop):
    rate = recording.channels[channel].rate_hz
    return 1e6 * float(np.std(recording.samples(channel, round(start * rate), round(stop * rate))))


def test_antagonists_fire_at_rest_and_are_silent_asleep():
    recording, (tonic, responses) = iv.simulate("stiff-person", 100, 1, mains_uv=0)
    assert all(_rms(recording, i, 10, 40) > 3 * _rms(recording, i, 85, 99) for i in range(4))
    assert set(tonic.duration_s) == {80.0}
    stimuli = [a.onset_s for a in recording.annotations if a.text.startswith("stimulus")]
    assert sorted(set(np.round(responses.onset_s, 3))) == [round(t + 0.065, 3) for t in stimuli]


def test_whole_inhibition_keeps_muscles_silent():
    recording, truth = iv.simulate("stiff-person", 60, 1, inhibition_share=1, noise_uv=0, mains_uv=0)
    assert all(np.ptp(recording.samples(i)) == 0 for i in range(4))
    assert not any(len(events) for events in truth)
