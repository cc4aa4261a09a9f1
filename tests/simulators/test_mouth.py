import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError


def test_truth_is_empty_and_bouts_are_annotated():
    recording, truth = simulate("mouth", 60, 1)
    assert truth == ()
    x, rate = recording.samples(0), 2000
    bouts = [(a.onset_s, a.onset_s + a.duration_s) for a in recording.annotations]
    assert len(bouts) > 1
    inside = np.zeros(x.size, bool)
    for start, stop in bouts:
        inside[int(start * rate) : int(stop * rate)] = True
    assert np.std(x[inside]) > 4 * np.std(x[~inside])


@pytest.mark.parametrize(("activity", "leads"), [("chewing", "left masseter"), ("talking", "orbicularis oris")])
def test_the_muscle_of_the_activity_leads(activity, leads):
    recording, _ = simulate("mouth", 30, 2, activity=activity)
    sizes = {channel.name: np.std(recording.samples(i)) for i, channel in enumerate(recording.channels)}
    assert max(sizes, key=sizes.get).endswith(leads)


def test_chewing_has_its_pace():
    recording, _ = simulate("mouth", 120, 3, mains_uv=0.0)
    x = np.abs(recording.samples(0)).reshape(-1, 40).mean(axis=1)
    power, frequency = np.abs(np.fft.rfft(x - x.mean())) ** 2, np.fft.rfftfreq(x.size, 0.02)
    band = (frequency > 0.8) & (frequency < 3)
    smooth = np.convolve(power, np.ones(25), "same")
    assert abs(frequency[band][np.argmax(smooth[band])] - 1.57) < 0.25


def test_an_unknown_activity_is_refused():
    with pytest.raises(ParameterError, match=r"mouth\.activity: must be one of chewing, talking"):
        simulate("mouth", 10, activity="singing")
