import numpy as np

from involuntary import simulate


def _envelope(x, rate):
    window = int(0.05 * rate)
    return np.sqrt(np.convolve(x**2, np.ones(window) / window, "same"))


def test_truth_is_empty_and_walks_are_annotated():
    recording, truth = simulate("walking", 60, 1, walk_s=20, stand_s=5)
    assert truth == ()
    assert [(a.onset_s, a.duration_s) for a in recording.annotations] == [(5, 20), (30, 20), (55, 5)]
    x, rate = recording.samples(0), 2000
    assert np.std(x[6 * rate : 24 * rate]) > 4 * np.std(x[26 * rate : 29 * rate])


def test_the_legs_alternate_and_so_do_shin_and_calf():
    recording, _ = simulate("walking", 40, 2, cable_uv=0.0)
    rate = 2000
    envelope = [_envelope(recording.samples(i), rate)[12 * rate : 38 * rate : 20] for i in range(4)]
    together = np.corrcoef(envelope)
    assert together[0, 1] < -0.3
    assert together[0, 2] < 0
    # Half a stride later the right leg does what the left did.
    lag = round(0.55 * 100)
    assert np.corrcoef(envelope[0][:-lag], envelope[2][lag:])[0, 1] > 0.5


def test_the_shank_strikes_once_a_stride():
    recording, _ = simulate("walking", 40, 3, stride_s=1.2)
    up = recording.samples(recording.index("left shank up")) - 9.80665
    assert recording.channels[4].rate_hz == 100
    power = np.abs(np.fft.rfft(up[1200:3800] - up[1200:3800].mean())) ** 2
    strides_hz = np.fft.rfftfreq(2600, 0.01)
    low = strides_hz < 1.2
    assert abs(strides_hz[low][np.argmax(power[low])] - 1 / 1.2) < 0.06
    assert up.max() > 8
