import numpy as np
import pytest

from involuntary.detect import conditioned
from involuntary.detect.potentials import PotentialRule, detect
from involuntary.dsp.bands import zero_phase
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from simulated import mains, matched, noise, potential, recording, with_potentials

RATE = 2000.0
RULE = PotentialRule()


def times(seconds, per_second, seed):
    """Poisson times with a dead time of 120 ms."""
    gaps = 0.12 + np.random.default_rng(seed).exponential(1 / per_second, round(seconds * per_second * 2))
    at = np.cumsum(gaps)
    return at[at < seconds - 0.2]


def found(microvolts, rate=RATE, **given):
    return detect(recording(microvolts, rate, **given), 0, RULE)


@pytest.mark.parametrize("line", [0.0, 30.0])
def test_ten_minutes_of_noise_hold_no_potential(line):
    x = noise(600, RATE, seed=3)
    assert len(found(x + mains(x.size, RATE, line))) == 0


@pytest.mark.parametrize("line", [0.0, 30.0])
def test_potentials_at_rest_are_found_and_nothing_else(line):
    x, true = with_potentials(noise(300, RATE, seed=4), RATE, times(300, 1.0, seed=5), seed=6)
    events = found(x + mains(x.size, RATE, line))
    hits = matched(true, events.features["peak_s"], 0.008)
    assert hits / len(true) >= 0.97
    assert hits / len(events) >= 0.99


@pytest.mark.parametrize("drift", [0.2, 1.0])
def test_a_drifting_baseline_under_mains_hides_none(drift):
    x, centres = with_potentials(noise(60, RATE, 31), RATE, np.arange(1.0, 59.0, 1.37), 31)
    x += 150 * np.sin(2 * np.pi * drift * np.arange(x.size) / RATE)
    events = found(x + mains(x.size, RATE, 50.0))
    assert matched(centres, events.features["peak_s"], 0.02) >= 0.95 * len(centres)
    assert len(events) <= 1.02 * len(centres)


def test_doublets_from_10_to_110_ms_are_two_potentials():
    first = times(120, 1.0, seed=7)
    interval = np.random.default_rng(8).uniform(0.010, 0.110, first.size)
    both = np.sort(np.concatenate([first, first + interval]))
    both = both[np.diff(both, append=np.inf) >= 0.010]
    x, true = with_potentials(noise(121, RATE, seed=9), RATE, both, seed=10, amplitudes=(100.0, 300.0))
    events = found(x)
    assert matched(true, events.features["peak_s"], 0.008) / len(true) >= 0.97
    assert len(events) <= 1.02 * len(true)


def test_counts_give_the_same_events_under_their_own_names():
    x, _ = with_potentials(noise(30, RATE, seed=4), RATE, times(30, 1.0, seed=5), seed=6)
    volts, counts = found(x), found(x, unit="count")
    np.testing.assert_array_equal(volts.onset_s, counts.onset_s)
    np.testing.assert_allclose(volts.features["amplitude_uv"], counts.features["amplitude_count"], rtol=1e-9)
    assert set(counts.features) == {
        "amplitude_count", "area_count_ms", "noise_count", "snr", "phases", "turns", "peak_s", "jump", "shift",
        "near_per_s",
    }  # fmt: skip


@pytest.mark.parametrize("hops", [1, 2, 3, 5, 8])
def test_the_length_of_the_blocks_does_not_matter(monkeypatch, hops):
    x, _ = with_potentials(noise(61.3, RATE, seed=4), RATE, np.arange(0.05, 61, 0.13), seed=6)
    x += mains(x.size, RATE, 20.0)
    whole = found(x)
    monkeypatch.setattr(conditioned, "_block_samples", lambda hop, _n: hops * hop)
    parts = found(x)
    assert len(whole) > 400
    np.testing.assert_array_equal(parts.onset_s, whole.onset_s)
    np.testing.assert_array_equal(parts.duration_s, whole.duration_s)
    for name, column in whole.features.items():
        np.testing.assert_allclose(parts.features[name], column, rtol=1e-7)


def test_a_gap_separates_two_recordings():
    x, true = with_potentials(noise(40, RATE, seed=4), RATE, np.arange(0.5, 39.6, 1.0), seed=6, amplitudes=(100, 300))
    events = found(x, segments=Intervals.of((0.0, 20.0), (1000.0, 1020.0)))
    shifted = np.where(true < 20, true, true + 980)
    assert matched(shifted, events.features["peak_s"], 0.008) == len(true) == len(events)


def test_amplitude_duration_and_shape_are_those_of_the_potential():
    wave = potential(0.010, "triphasic", 400.0, RATE)
    x = noise(30, RATE, seed=4, rms=2.0)
    for at in range(4000, 56000, 2000):
        x[at : at + wave.size] += wave
    events = found(x)
    assert len(events) == 26
    assert events.features["amplitude_uv"] == pytest.approx(400.0, rel=0.10)
    assert events.duration_s == pytest.approx(0.010, abs=0.003)
    assert np.median(events.features["phases"]) == 3
    assert events.features["noise_uv"] == pytest.approx(2.0 * np.sqrt(430 / 1000), rel=0.1)


def test_a_large_potential_does_not_cast_small_ones_around_it():
    wave = potential(0.012, "monophasic", 5000.0, RATE)
    x = noise(30, RATE, seed=4)
    x[30000 : 30000 + wave.size] += wave
    assert len(found(x)) == 1


def test_the_threshold_follows_a_rise_of_the_noise():
    x = noise(120, RATE, seed=4)
    x[120000:] *= 4
    assert len(found(x)) == 0


@pytest.mark.parametrize(
    "signal",
    [
        np.zeros(20000),
        200.0 * np.sin(2 * np.pi * 0.7 * np.arange(20000) / RATE),  # slow movement
        np.full(20000, 300.0),
    ],
    ids=["silence", "slow movement", "offset"],
)
def test_what_holds_no_potential_yields_none(signal):
    assert len(found(signal)) == 0


def test_a_recording_shorter_than_a_window_is_still_looked_at():
    x, true = with_potentials(noise(1.5, RATE, seed=4), RATE, [0.8], seed=6, amplitudes=(200, 300))
    assert found(x).features["peak_s"] == pytest.approx(true, abs=0.008)


def test_a_contact_that_breaks_jumps_and_a_muscle_does_not():
    x, _ = with_potentials(noise(20, RATE, seed=1), RATE, np.arange(1.0, 19.0), seed=2, amplitudes=(100.0, 300.0))
    assert np.max(found(x).features["jump"]) < 0.8
    broken = noise(20, RATE, seed=1)
    for at in (5.0, 10.0, 15.0):
        start = round(at * RATE)
        broken[start:] += 200 * np.exp(-np.arange(broken.size - start) / (0.004 * RATE))
    pops = found(broken)
    assert np.min(pops.features["jump"][pops.features["amplitude_uv"] > 100]) > 0.85
    slow = detect(recording(x[::4], 500.0), 0, RULE)
    assert np.all(np.isnan(slow.features["jump"]))


def test_noise_beyond_the_band_is_no_jump():
    x, _ = with_potentials(noise(20, 5000.0, seed=1), 5000.0, np.arange(1.0, 19.0), 2, amplitudes=(60.0, 100.0))
    hiss = 3.0 * 3.0 * np.random.default_rng(3).standard_normal(x.size)
    for at in (0.0, 1.0):
        jump = detect(recording(x + at * hiss, 5000.0), 0, RULE).features["jump"]
        assert np.median(jump) < 0.7


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0])
def test_potentials_at_10_db_are_found_in_noise_of_any_colour_and_nothing_else(colour):
    random, rate, seconds = np.random.default_rng(5), 2000.0, 300
    spectrum = np.fft.rfft(random.standard_normal(int(rate * seconds)))
    spectrum *= np.maximum(np.fft.rfftfreq(int(rate * seconds), 1 / rate), 1.0) ** -colour
    x = np.fft.irfft(spectrum)
    x *= 4.0 / zero_phase(x, rate, 20.0, 450.0).std()
    time = np.arange(-0.008, 0.008, 1 / rate) / 0.0022
    wave = (1 - time**2) * np.exp(-(time**2) / 2)
    wave *= 4.0 * 10**0.5 / np.sqrt(np.mean(wave[np.abs(wave) > 0.05] ** 2))
    true = np.cumsum(random.uniform(1.0, 4.0, 110))
    for at in true:
        x[round(at * rate) - 16 : round(at * rate) + 16] += wave
    peaks = detect(recording(x, rate), 0, RULE).features["peak_s"]
    assert matched(true, peaks, 0.01) >= 0.95 * len(true)
    assert len(peaks) <= 1.02 * len(true)


def test_what_comes_near_to_standing_out_is_counted_around_each():
    random = np.random.default_rng(6)
    x = noise(60, RATE, seed=1)
    x, _ = with_potentials(x, RATE, np.array([15.0, 45.0]), 2, amplitudes=(100.0, 101.0))
    x, _ = with_potentials(x, RATE, np.sort(random.uniform(36, 54, 120)), 3, amplitudes=(18.0, 24.0))
    events = found(x)
    alone, crowded = (events.features["near_per_s"][np.argmin(np.abs(events.onset_s - at))] for at in (15.0, 45.0))
    assert alone < 0.5
    assert crowded > 2.0


def test_refusals():
    with pytest.raises(ParameterError) as refused:
        detect(recording(np.zeros(50), 50.0), 0, RULE)
    assert str(refused.value) == (
        "muscle: needs a rate of at least four times the band's lower end, and the band a width; got 50 Hz "
        "for a band of 20 to 450 Hz; lower low_hz, or record faster"
    )
    channel = Channel("wrist", ChannelKind.ACCELEROMETER, "m/s²", RATE, 100)
    with pytest.raises(ParameterError) as refused:
        detect(Recording.from_arrays([np.zeros(100)], [channel]), 0, RULE)
    assert str(refused.value) == (
        "wrist: electrical events are sought in channels in volts or counts; got unit m/s²; "
        "state kind and unit with --channel"
    )


@pytest.mark.parametrize("rate", [1000.0, 2000.0, 10000.0])
def test_a_movement_leaves_the_line_displaced_and_a_potential_does_not(rate):
    x = noise(20, rate, seed=1) + mains(round(20 * rate), rate, 30.0)
    after = np.arange(round(10 * rate)) / rate
    x[round(10 * rate) :] += 300 * (1 - np.exp(-after / 0.005)) * np.exp(-after / 0.5)
    x, _ = with_potentials(x, rate, np.array([5.0]), seed=2)
    events = found(x, rate=rate)
    moved = events.features["peak_s"] > 9.9
    assert 1 <= np.count_nonzero(moved) < len(events)
    assert events.features["shift"][moved].max() > 1
    assert np.all(events.features["shift"][~moved] < 0.2)
