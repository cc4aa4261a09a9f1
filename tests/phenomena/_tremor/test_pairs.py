"""Coherence and phase of two tremors with known coupling."""

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.phenomena.tremor import PHENOMENON
from involuntary.simulators.tremor import GENERATOR, TremorParameters

RATE = 100.0


def _observe(recording, **settings):
    measured = PHENOMENON.observe(Bench(recording), settings)
    return {m.id: m for m in measured.measurements if "×" in m.id}


def _limb(frequency_hz, seed, seconds=60):
    random = np.random.default_rng(seed)
    n = round(seconds * RATE)
    phase = 2 * np.pi * np.cumsum(frequency_hz * (1 + 0.05 * random.standard_normal(n))) / RATE
    drift = np.cumsum(random.standard_normal(n)) * 0.02
    return 3 * np.sin(phase + drift)


def _two(left, right, kind=ChannelKind.ACCELEROMETER):
    noise = 0.1 * np.random.default_rng(9).standard_normal((2, left.size))
    channels = [Channel(side, kind, "m/s²", RATE, left.size) for side in ("left", "right")]
    return Recording.from_arrays([left + noise[0], right + noise[1]], channels)


@pytest.mark.parametrize(("phase_deg", "pattern"), [(180.0, "alternating"), (0.0, "synchronous")])
def test_antagonists_alternate_or_burst_together(phase_deg, pattern):
    p = TremorParameters(antagonist_phase_deg=phase_deg)
    recording, _ = GENERATOR.generate(40.0, np.random.default_rng(2), p)
    found = _observe(recording)
    assert found["tremor.coherence@flexor × extensor"].quality == "significant"
    phase = found["tremor.phase@flexor × extensor"]
    assert abs(abs(phase.value) - phase_deg) < 15
    assert phase.quality == pattern


def test_one_source_makes_both_sides_coherent():
    limb = _limb(5.5, 0)
    found = _observe(_two(limb, 0.5 * limb))
    assert found["tremor.coherence@left × right"].value > 0.9
    assert found["tremor.coherence@left × right"].channel == ""


def test_two_sources_are_not_coherent():
    significant = [
        _observe(_two(_limb(5.5, seed), _limb(5.7, 100 + seed)))["tremor.coherence@left × right"].quality
        == "significant"
        for seed in range(10)
    ]
    assert sum(significant) <= 1


def test_a_pair_needs_two_tremors_and_time():
    limb = _limb(5.5, 0)
    assert _observe(_two(limb, np.zeros(limb.size))) == {}
    assert _observe(_two(limb[:1500], limb[:1500])) == {}
