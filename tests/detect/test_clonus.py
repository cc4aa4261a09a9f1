import numpy as np
import pytest

from involuntary.detect import clonus
from simulated import recording


def _beats(hz, n, rate=1000.0, seed=1):
    random = np.random.default_rng(seed)
    x = random.normal(0, 3, round(12 * rate))
    for i in range(n):
        a = round((2 + i / hz) * rate)
        x[a : a + 80] += random.normal(0, 60, 80)
    return recording(x, rate)


def test_contractions_are_counted_and_measured_by_their_energy():
    found = clonus.detect(_beats(5.0, 20), 0, clonus.ClonusRule())
    assert len(found) == 1
    assert found.features["contractions_n"][0] == 20
    assert found.features["frequency_hz"][0] == pytest.approx(5.0, rel=0.02)
    # 5 to 95 % of even energy over 80 ms.
    assert found.features["contraction_ms"][0] == pytest.approx(72, abs=12)
    assert found.features["rms_uv"][0] == pytest.approx(60 * np.sqrt(0.86), rel=0.15)


def test_beats_faster_or_slower_are_none():
    rule = clonus.ClonusRule()
    for hz in (1.5, 14.0):
        assert len(clonus.detect(_beats(hz, 15), 0, rule)) == 0


def test_irregular_bursts_are_none():
    random = np.random.default_rng(2)
    x = random.normal(0, 3, 12000)
    for time in 2 + np.cumsum(np.tile([0.13, 0.32, 0.2], 8)):
        x[round(time * 1000) : round(time * 1000) + 60] += random.normal(0, 60, 60)
    assert len(clonus.detect(recording(x, 1000.0), 0, clonus.ClonusRule())) == 0


def test_one_unit_that_fires_steadily_is_none():
    x = np.random.default_rng(3).normal(0, 3, 12000)
    wave = 200 * np.diff(np.exp(-0.5 * np.linspace(-3, 3, 13) ** 2))
    for i in range(30):
        x[2000 + 150 * i : 2012 + 150 * i] += wave
    assert len(clonus.detect(recording(x, 1000.0), 0, clonus.ClonusRule())) == 0


def test_a_slow_recorder_shows_none():
    assert len(clonus.detect(_beats(5.0, 20, rate=400.0), 0, clonus.ClonusRule())) == 0


def _swells(at_s, strengths, seed, rate=1000.0):
    """Noise of 3 µV with bursts of Gaussian outline, each so many µV at its top."""
    random = np.random.default_rng(seed)
    time = np.arange(round(12 * rate)) / rate
    outline = sum(s * np.exp(-0.5 * ((time - t) / 0.022) ** 2) for t, s in zip(at_s, strengths, strict=True))
    return recording(random.normal(0, 3, time.size) + outline * random.normal(0, 1, time.size), rate)


@pytest.mark.parametrize("seed", range(4))
def test_weak_clonus_is_found(seed):
    x = _swells(1.5 + np.arange(50) / 6, np.full(50, 13.0), seed)
    found = clonus.detect(x, 0, clonus.ClonusRule())
    assert np.sum(found.features["contractions_n"]) >= 40
    assert found.features["frequency_hz"][0] == pytest.approx(6.0, rel=0.03)


def test_bursts_of_random_strength_are_none():
    for seed in range(4):
        strengths = np.random.default_rng(seed).permutation(np.geomspace(8, 120, 50))
        x = _swells(1.5 + np.arange(50) / 6, strengths, seed)
        assert len(clonus.detect(x, 0, clonus.ClonusRule())) == 0


def _after_tonic(seed, rate=2000.0, hz=6.0, beats=12):
    """Two seconds of tonic activity, then beats; hum of 20 µV over all."""
    random, n = np.random.default_rng(seed), round(14 * rate)
    time = np.arange(n) / rate
    x = random.normal(0, 4, n) + 20 * np.sin(2 * np.pi * 50 * time) + 6 * np.sin(2 * np.pi * 150 * time)
    outline = ((time >= 4) & (time < 6)).astype(float)
    first = 6 + 0.1
    for i in range(beats):
        outline[(time >= first + i / hz) & (time < first + i / hz + 0.07)] = 1.0
    return recording(x + 80 * outline * random.normal(0, 1, n), rate), first, first + (beats - 1) / hz + 0.07


@pytest.mark.parametrize("seed", range(3))
def test_what_is_tonic_is_no_beat(seed):
    x, onset, stop = _after_tonic(seed)
    found = clonus.detect(x, 0, clonus.ClonusRule())
    assert found.features["contractions_n"].tolist() == [12]
    assert found.onset_s[0] == pytest.approx(onset, abs=0.02)
    assert found.stop_s[0] == pytest.approx(stop, abs=0.02)
    assert found.features["held_before"][0] >= 0.95
    # Neither rest nor hum is part of the strength.
    assert found.features["rms_uv"][0] == pytest.approx(80 * np.sqrt(0.43), rel=0.08)


def test_what_begins_from_rest_was_not_held_before():
    found = clonus.detect(_beats(5.0, 20), 0, clonus.ClonusRule())
    assert found.features["held_before"].tolist() == [0.0]


def test_runs_among_irregular_bursts_are_chance():
    random = np.random.default_rng(5)
    rate, total = 1000.0, 240
    x = random.normal(0, 3, round(total * rate))
    time = 1.0
    while time < total - 1:
        interval = max(0.2 * (1 + 0.35 * random.standard_normal()), 0.09)
        n = round(0.55 * interval * rate)
        at = round(time * rate)
        x[at : at + n] += 60 * np.sin(np.pi * np.arange(n) / n) * random.normal(0, 1, n)
        time += interval
    assert len(clonus.detect(recording(x, rate), 0, clonus.ClonusRule())) == 0


def test_a_run_across_blocks_is_one(monkeypatch):
    from involuntary.detect import conditioned

    whole = clonus.detect(_beats(5.0, 40), 0, clonus.ClonusRule())
    x = np.concatenate([np.random.default_rng(1).normal(0, 3, 24000), _beats(5.0, 40).samples(0) * 1e6])
    monkeypatch.setattr(conditioned, "_block_samples", lambda hop, n_samples: 14 * hop)
    parted = clonus.detect(recording(x, 1000.0), 0, clonus.ClonusRule())
    assert parted.features["contractions_n"].tolist() == whole.features["contractions_n"].tolist() == [40]
    assert parted.onset_s[0] == pytest.approx(whole.onset_s[0] + 24, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_short_contractions_of_many_units_are_beats(seed):
    """No longer than one unit's potential, but none is like the next."""
    random, rate = np.random.default_rng(seed), 2000.0
    x = random.normal(0, 3, round(10 * rate))
    for beat in 2 + np.arange(24) / 6.5:
        first = round(beat * rate)
        x[first : first + 34] += random.normal(0, 80, 34)
    found = clonus.detect(recording(x, rate), 0, clonus.ClonusRule())
    assert found.features["contractions_n"].tolist() == [24]
    assert found.features["frequency_hz"][0] == pytest.approx(6.5, rel=0.02)
