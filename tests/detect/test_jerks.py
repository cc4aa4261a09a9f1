import numpy as np
import pytest

from involuntary.detect import conditioned
from involuntary.detect.jerks import JerkRule, detect
from involuntary.dsp.bands import zero_phase
from involuntary.model import Intervals
from simulated import mains, noise, recording


def with_bursts(rate, duration_s, db, low=20.0, high=450.0, n=60, seed=0):
    """Bursts of band-limited noise with abrupt edges over white noise of 5 µV; gives signal and onsets."""
    random = np.random.default_rng((seed, n))
    x = noise(n * 0.6 + 1, rate, seed)
    muscle = zero_phase(random.standard_normal(x.size), rate, low, min(high, 0.45 * rate))
    onset = np.rint(rate * (0.5 + 0.6 * np.arange(n) + random.uniform(0, 0.1, n))).astype(int)
    length = round(duration_s * rate)
    for start in onset:
        x[start : start + length] += 5 * 10 ** (db / 20) * (muscle / muscle.std())[start : start + length]
    return x, onset / rate


def errors(events, onsets, duration_s):
    """Onset and duration less the true ones, in ms, of the bursts that were found."""
    near = [np.argmin(np.abs(events.onset_s - onset)) for onset in onsets]
    late = 1e3 * (events.onset_s[near] - onsets)
    hit = np.abs(late) < 30
    return late[hit], 1e3 * (events.duration_s[near][hit] - duration_s)


@pytest.mark.parametrize("band", [(20.0, 450.0), (30.0, 150.0)], ids=["broad", "narrow"])
@pytest.mark.parametrize(("db", "sd_ms"), [(20, 2.0), (10, 5.0)])
@pytest.mark.parametrize("duration_ms", [10, 20, 30, 50, 75, 100, 200])
def test_onset_and_duration(duration_ms, db, sd_ms, band):
    x, onsets = with_bursts(2000.0, duration_ms / 1e3, db, *band)
    events = detect(recording(x + mains(x.size, 2000.0, 20.0), 2000.0), 0, JerkRule())
    late, longer = errors(events, onsets, duration_ms / 1e3)
    assert len(late) >= (0.95 if db == 20 or duration_ms > 20 else 0.75) * len(onsets)
    assert abs(late.mean()) <= 1.0
    assert late.std() <= sd_ms
    assert abs(np.median(longer)) <= 3.0
    assert events.features["onset_sd_ms"][0] == pytest.approx(late.std(), abs=2.0)


@pytest.mark.parametrize("rate", [1000.0, 5000.0, 10000.0])
def test_at_other_rates(rate):
    x, onsets = with_bursts(rate, 0.05, 20)
    late, longer = errors(detect(recording(x, rate), 0, JerkRule()), onsets, 0.05)
    assert abs(late.mean()) <= 1.0
    assert late.std() <= 2.0
    assert abs(np.median(longer)) <= 3.0


def test_the_bias_is_stated_and_can_be_left_in():
    x, _ = with_bursts(2000.0, 0.05, 20)
    calibrated = detect(recording(x, 2000.0), 0, JerkRule())
    plain = detect(recording(x, 2000.0), 0, JerkRule(calibrated=False))
    bias = calibrated.features["onset_bias_ms"]
    np.testing.assert_allclose(1e3 * (plain.onset_s - calibrated.onset_s), bias, atol=1e-6)
    assert np.all(np.isnan(plain.features["onset_bias_ms"]))


@pytest.mark.parametrize("hops", [1, 2, 5])
def test_the_length_of_the_blocks_moves_no_edge(monkeypatch, hops):
    x, _ = with_bursts(2000.0, 0.06, 15)
    rule = JerkRule(calibrated=False)
    whole = detect(recording(x, 2000.0), 0, rule)
    monkeypatch.setattr(conditioned, "_block_samples", lambda hop, _n: hops * hop)
    parts = detect(recording(x, 2000.0), 0, rule)
    assert parts.onset_s.tolist() == whole.onset_s.tolist()
    assert parts.duration_s.tolist() == whole.duration_s.tolist()


def test_a_signal_without_noise_and_one_with_gaps():
    x, onsets = with_bursts(2000.0, 0.05, 20)
    quiet = np.zeros_like(x)
    for onset in onsets:
        first = round(onset * 2000)
        quiet[first : first + 100] = x[first : first + 100]
    late, longer = errors(detect(recording(quiet, 2000.0), 0, JerkRule()), onsets, 0.05)
    assert abs(late.mean()) <= 1
    assert late.std() <= 2
    assert abs(np.median(longer)) <= 3
    half = x.size / 2 / 2000
    gapped = recording(x, 2000.0, segments=Intervals.of((0.0, half), (half + 50, 2 * half + 50)))
    found = detect(gapped, 0, JerkRule())
    assert np.all((found.onset_s < half) | (found.onset_s >= half + 49.99))


def test_counts_and_volts_give_the_same_bursts():
    x, _ = with_bursts(2000.0, 0.05, 20, n=20)
    volts, counts = (detect(recording(x, 2000.0, unit=unit), 0, JerkRule()) for unit in ("V", "count"))
    np.testing.assert_allclose(volts.onset_s, counts.onset_s, atol=1e-9)
    np.testing.assert_allclose(volts.features["rms_uv"], counts.features["rms_count"])


@pytest.mark.parametrize("signal", [noise(60, 2000.0, seed=5), np.zeros(20000)], ids=["noise", "silence"])
def test_what_holds_no_burst_yields_none(signal):
    assert len(detect(recording(signal, 2000.0), 0, JerkRule())) == 0
