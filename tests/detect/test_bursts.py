import numpy as np
import pytest

from involuntary.detect import conditioned
from involuntary.detect.bursts import BurstRule, detect
from involuntary.model import Intervals
from simulated import mains, matched, noise, recording, with_potentials

RATE = 2000.0
RULE = BurstRule()


def found(microvolts, **given):
    return detect(recording(microvolts, RATE, **given), 0, RULE)


def with_bursts(x, onsets_s, duration_s, rms, seed=7):
    y, n = x.copy(), round(duration_s * RATE)
    for i, onset in enumerate(onsets_s):
        first = round(onset * RATE)
        y[first : first + n] += np.random.default_rng((seed, i)).normal(0.0, rms, n)
    return y


@pytest.mark.parametrize("snr_db", [10, 20])
@pytest.mark.parametrize("duration_ms", [30, 50, 75, 100, 200])
def test_bursts_are_found_with_their_onset_and_duration(duration_ms, snr_db):
    onsets = np.arange(0.5, 59, 0.6)
    x = with_bursts(noise(60, RATE, seed=1), onsets, duration_ms / 1e3, 5 * 10 ** (snr_db / 20))
    events = found(x + mains(x.size, RATE, 20.0))
    assert matched(onsets, events.onset_s, 0.015) / len(onsets) >= (0.9 if duration_ms == 30 else 0.96)
    assert len(events) <= 1.03 * len(onsets)
    assert 1e3 * np.median(events.duration_s) == pytest.approx(duration_ms, abs=3)


@pytest.mark.parametrize("rate_hz", [4, 6, 8, 12])
def test_rhythmic_bursts_do_not_hide_themselves_in_the_rest(rate_hz):
    onsets = np.arange(0.25, 59.7, 1 / rate_hz)
    x = with_bursts(noise(60, RATE, seed=2), onsets, 0.4 / rate_hz, 50.0)
    events = found(x)
    assert matched(onsets, events.onset_s, 0.01) >= 0.98 * len(onsets)
    assert 0.99 * len(onsets) <= len(events) <= 1.01 * len(onsets)
    assert events.features["rest_uv"] == pytest.approx(np.full(len(events), 5 * np.sqrt(0.43) * 0.75), rel=0.4)


def test_what_is_shorter_or_longer_is_another_time_scale():
    x = noise(60, RATE, seed=3)
    potentials, _ = with_potentials(x, RATE, np.arange(0.5, 59, 0.7), seed=4, durations_s=(0.008, 0.012))
    assert len(found(potentials)) <= 4
    assert len(found(with_bursts(x, np.arange(1, 58, 3.0), 0.8, 50.0))) == 0


@pytest.mark.parametrize(
    "signal",
    [noise(120, RATE, seed=5), np.zeros(20000), 300 * np.sin(2 * np.pi * 0.5 * np.arange(60000) / RATE)],
    ids=["noise", "silence", "slow movement"],
)
def test_what_holds_no_burst_yields_none(signal):
    assert len(found(signal + mains(signal.size, RATE, 20.0 if signal.any() else 0.0))) == 0


def test_counts_and_volts_give_the_same_bursts():
    x = with_bursts(noise(20, RATE, seed=1), [3.0, 7.0], 0.1, 50.0)
    volts, counts = found(x), found(x, unit="count")
    assert volts.onset_s.tolist() == counts.onset_s.tolist()
    for name in ("amplitude", "rms", "rest"):
        np.testing.assert_allclose(volts.features[f"{name}_uv"], counts.features[f"{name}_count"])


@pytest.mark.parametrize("hops", [1, 2, 5])
def test_the_length_of_the_blocks_does_not_matter(monkeypatch, hops):
    x = with_bursts(noise(61.3, RATE, seed=6), np.arange(0.2, 61, 0.37), 0.06, 40.0) + mains(122600, RATE, 20.0)
    whole = found(x)
    monkeypatch.setattr(conditioned, "_block_samples", lambda hop, _n: hops * hop)
    parts = found(x)
    assert len(whole) > 150
    assert parts.onset_s.tolist() == whole.onset_s.tolist()
    assert parts.duration_s.tolist() == whole.duration_s.tolist()
    for name, column in whole.features.items():
        np.testing.assert_allclose(parts.features[name], column, rtol=1e-6)


def test_no_burst_crosses_a_gap():
    x = with_bursts(noise(40, RATE, seed=1), [5.0, 19.95, 30.0], 0.1, 50.0)
    events = found(x, segments=Intervals.of((0.0, 20.0), (100.0, 120.0)))
    assert events.onset_s == pytest.approx([5.0, 19.95, 100.0, 110.0], abs=0.004)
    assert events.stop_s[1] <= 20.0
