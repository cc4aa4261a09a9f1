import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError


def _rms(samples):
    return 1e6 * np.sqrt(np.mean(samples**2))


def test_truth_is_empty_and_contractions_are_annotated():
    recording, truth = simulate("voluntary", 30, 1, pattern="phasic", start_s=2, on_s=3, off_s=5)
    assert truth == ()
    assert [(a.onset_s, a.duration_s) for a in recording.annotations] == [(2, 3), (10, 3), (18, 3), (26, 3)]
    x, rate = recording.samples(0), recording.channels[0].rate_hz
    for note in recording.annotations:
        start, stop = int(note.onset_s * rate), int((note.onset_s + note.duration_s) * rate)
        assert _rms(x[start + 400 : stop - 400]) > 5 * _rms(x[stop + 200 : stop + 4000][:3800])


def test_surface_emg_grows_with_effort_and_stays_below_five_millivolts():
    levels = [simulate("voluntary", 10, 2, excitation_percent=e)[0].samples(0) for e in (5, 20, 50, 100)]
    sizes = [_rms(x) for x in levels]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 4 * sizes[0]
    assert max(np.abs(x).max() for x in levels) < 5e-3


def test_its_spectrum_lies_where_surface_emg_lies():
    recording, _ = simulate("voluntary", 30, 3, mains_uv=0)
    x = recording.samples(0)
    power = np.cumsum(np.abs(np.fft.rfft(x - x.mean())) ** 2)
    median_hz = np.searchsorted(power, power[-1] / 2) / 30
    assert 50 < median_hz < 150


def test_an_unknown_pattern_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("voluntary", 10, pattern="tonic")
    assert str(caught.value) == "voluntary.pattern: must be steady or phasic; got 'tonic'"
