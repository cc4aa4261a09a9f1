import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from involuntary.detect import conditioned
from involuntary.detect.tonic import TonicRule, detect, quiet_level
from involuntary.model import Intervals
from shared_data import shared
from simulated import mains, noise, recording, with_potentials

RATE = 2000.0
RULE = TonicRule()


def found(microvolts, rate=RATE, **given):
    return detect(recording(microvolts, rate, **given), 0, RULE)


def contraction(x, start_s, stop_s, rms, seed=7):
    y = x.copy()
    a, b = round(start_s * RATE), round(stop_s * RATE)
    y[a:b] += np.random.default_rng(seed).normal(0.0, rms, b - a)
    return y


def test_contractions_are_found_from_onset_to_end():
    x = noise(120, RATE, seed=1)
    for start, stop, rms in [(10, 20, 15.0), (30, 31.5, 30.0), (50, 90, 25.0), (100, 100.5, 100.0)]:
        x = contraction(x, start, stop, rms)
    events = found(x + mains(x.size, RATE, 20.0))
    assert events.onset_s == pytest.approx([10, 30, 50, 100], abs=0.06)
    assert events.stop_s == pytest.approx([20, 31.5, 90, 100.5], abs=0.06)
    in_band = np.sqrt(430 / 1000)
    assert events.features["rms_uv"][2] == pytest.approx(np.hypot(25, 5) * in_band, rel=0.1)
    assert events.features["rest_uv"] == pytest.approx(5 * in_band, rel=0.1)
    assert np.all(events.features["occupied"] > 0.9)


@pytest.mark.parametrize("rms", [5.0, 40.0])
def test_the_quiet_level_is_that_of_rest_however_loud(rms):
    x = contraction(noise(30, RATE, seed=1) * rms / 5, 10, 20, 200.0)
    level = quiet_level(recording(x, RATE), 0, TonicRule())
    assert level == pytest.approx(rms * np.sqrt(430 / 1000), rel=0.1)


@pytest.mark.parametrize("per_second", [0.0, 1.0, 3.0])
def test_potentials_at_rest_are_no_tonic_activity(per_second):
    random = np.random.default_rng(2)
    at = np.cumsum(0.01 + random.exponential(1 / per_second, 900)) if per_second else np.empty(0)
    x, _ = with_potentials(noise(300, RATE, seed=3), RATE, at[at < 299], seed=4)
    assert len(found(x + mains(x.size, RATE, 30.0))) == 0


def test_a_recording_without_rest_is_one_epoch_where_amplitudes_are_known():
    x = noise(30, RATE, seed=5, rms=60.0)
    (stop,) = found(x).stop_s
    assert stop == pytest.approx(30.0, abs=0.1)
    assert len(found(x, unit="count")) == 0


def test_broad_noise_is_rest_where_rest_was_asked_for_and_what_is_as_narrow_as_a_muscle_is_not():
    asked = TonicRule(broad_noise_rests=True)
    x = noise(30, RATE, seed=5, rms=30.0)
    assert len(detect(recording(x, RATE), 0, asked)) == 0
    effort = detect(recording(contraction(x, 10, 20, 200.0), RATE), 0, asked)
    assert effort.onset_s == pytest.approx([10], abs=0.1)
    assert effort.stop_s == pytest.approx([20], abs=0.1)
    muscle = sosfiltfilt(butter(2, (50, 150), "band", fs=RATE, output="sos"), noise(30, RATE, seed=6, rms=100.0))
    assert detect(recording(muscle, RATE), 0, asked).stop_s == pytest.approx([30], abs=0.1)


def test_counts_and_volts_give_the_same_epochs():
    x = contraction(noise(30, RATE, seed=1), 10, 20, 15.0)
    volts, counts = found(x), found(x, unit="count")
    assert volts.onset_s.tolist() == counts.onset_s.tolist()
    np.testing.assert_allclose(volts.features["rms_uv"], counts.features["rms_count"])


@pytest.mark.parametrize(
    "signal",
    [np.zeros(60000), 300 * np.sin(2 * np.pi * 0.5 * np.arange(60000) / RATE), np.zeros(100), np.zeros(1)],
    ids=["silence", "slow movement", "a twentieth of a second", "one sample"],
)
def test_what_holds_no_activity_yields_none(signal):
    assert len(found(signal)) == 0


@pytest.mark.parametrize("hops", [1, 3])
def test_the_length_of_the_blocks_does_not_matter(monkeypatch, hops):
    x = contraction(contraction(noise(61.3, RATE, seed=1), 9.7, 22.1, 15.0), 40, 41, 20.0)
    whole = found(x)
    monkeypatch.setattr(conditioned, "_block_samples", lambda hop, _n: hops * hop)
    parts = found(x)
    assert len(whole) == 2
    assert parts.onset_s.tolist() == whole.onset_s.tolist()
    assert parts.duration_s.tolist() == whole.duration_s.tolist()


def test_no_epoch_crosses_a_gap():
    x = contraction(noise(40, RATE, seed=1), 15, 25, 20.0)
    events = found(x, segments=Intervals.of((0.0, 20.0), (100.0, 120.0)))
    assert events.onset_s == pytest.approx([15.0, 100.0], abs=0.06)
    assert events.stop_s == pytest.approx([20.0, 105.0], abs=0.06)


def test_willed_contractions_of_a_real_recording_in_counts_are_found():
    x = np.loadtxt(shared("data", "voluntary-surface-emg", "emg_1.csv"), skiprows=1)
    events = found(x, rate=1000.0, unit="count")
    strong = np.flatnonzero(np.abs(x - np.median(x)) > 30 * events.features["rest_count"][0]) / 1000.0
    inside = Intervals(events.onset_s, events.stop_s).contains(strong)
    assert strong.size > 300
    assert inside.mean() > 0.97
    assert 3 <= len(events) <= 8
    assert events.duration_s.sum() < 15


def brown(seconds, rms, seed):
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=round(seconds * RATE)))
    hz = np.maximum(np.fft.rfftfreq(round(seconds * RATE), 1 / RATE), 5.0)
    x = np.fft.irfft(spectrum / hz)
    inside = np.sqrt(np.mean(np.abs(spectrum / hz)[hz > 20] ** 2) / np.mean(np.abs(spectrum / hz) ** 2))
    return rms * x / x.std() / inside


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_swells_of_coloured_noise_beside_a_contraction_do_not_lengthen_it(seed):
    x = brown(120, 4.0, seed)
    spans = [(10, 20), (40, 47), (70, 82), (100, 106)]
    for start, stop in spans:
        x = contraction(x, start, stop, 25.0, seed=start)
    events = found(x)
    assert events.onset_s == pytest.approx([start for start, _ in spans], abs=0.15)
    assert events.stop_s == pytest.approx([stop for _, stop in spans], abs=0.15)


def test_a_first_discharge_that_stands_clear_belongs_to_the_contraction():
    x = contraction(noise(60, RATE, seed=3), 20, 30, 40.0)
    x[round(19.5 * RATE) : round(19.52 * RATE)] += 150 * np.sin(2 * np.pi * 100 * np.arange(round(0.02 * RATE)) / RATE)
    assert found(x).onset_s == pytest.approx([19.5], abs=0.03)


def test_beats_of_the_heart_beside_a_contraction_are_no_part_of_it():
    x = contraction(noise(40, RATE, seed=2), 15, 25, 100.0)
    for at in (14.55, 25.45):
        x += 80.0 * np.exp(-0.5 * ((np.arange(x.size) / RATE - at) / 0.0105) ** 2)
    events = found(x)
    assert events.onset_s == pytest.approx([15.0], abs=0.06)
    assert events.stop_s == pytest.approx([25.0], abs=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_a_beat_of_the_heart_beside_a_contraction_is_no_part_of_it(seed):
    """Weak beside the contraction, though well above rest: 15 µV over 80 ms, a quarter of a second before and after."""
    random, rate = np.random.default_rng(seed), 1000.0
    x = random.normal(0, 2, 30000)
    x[10000:20000] += random.normal(0, 100, 10000)
    for at in (9700, 20220):
        x[at : at + 80] += 20 * np.sin(np.pi * np.arange(80) / 80) * random.normal(0, 1, 80)
    found = detect(recording(x, rate), 0, TonicRule())
    assert found.onset_s.tolist() == pytest.approx([10.0], abs=0.03)
    assert found.stop_s.tolist() == pytest.approx([20.0], abs=0.03)


def test_the_last_discharges_of_a_unit_belong_and_a_beat_of_the_heart_does_not():
    x = contraction(noise(40, RATE, seed=1), 10, 20, 60.0)
    beat = 18 * np.sin(2 * np.pi * 25 * np.arange(round(0.11 * RATE)) / RATE)
    with_beat = x.copy()
    with_beat[round(20.22 * RATE) :][: beat.size] += beat
    assert found(with_beat).stop_s == pytest.approx([20.0], abs=0.06)
    wave = 30 * np.sin(2 * np.pi * 100 * np.arange(round(0.01 * RATE)) / RATE)
    firing = x.copy()
    for at in (20.13, 20.27, 20.41, 20.55):
        firing[round(at * RATE) :][: wave.size] += wave
    assert found(firing).stop_s == pytest.approx([20.56], abs=0.06)
