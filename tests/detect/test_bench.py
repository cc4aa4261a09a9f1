import sys
from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect import abreast, bench, bursts, conditioned, potentials
from involuntary.detect.bench import Bench
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording
from simulated import noise, with_potentials

RATE = 2000.0
RULES = potentials.PotentialRule(), bursts.BurstRule()


@pytest.fixture
def signals():
    arrays = [with_potentials(noise(30, RATE, c), RATE, np.arange(0.5, 29, 1.3), c)[0] * 1e-6 for c in range(3)]
    channels = [Channel(f"c{c}", ChannelKind.SURFACE_EMG, "V", RATE, x.size) for c, x in enumerate(arrays)]
    return Recording.from_arrays(arrays, channels)


def test_channels_abreast_give_what_they_give_one_by_one(signals, monkeypatch):
    monkeypatch.setattr(conditioned, "_COMPILED_FROM", 0)
    monkeypatch.setattr(abreast, "processors", lambda: 3)
    one, many = Bench(signals), Bench(signals)
    many.ahead(range(3), *RULES)
    kept = dict(many._kept)
    for c in range(3):
        one.sweep(c, *RULES)
        for detector, rule in zip((potentials.detect, bursts.detect), RULES, strict=True):
            slow, fast = one.detect(detector, c, rule), many.detect(detector, c, rule)
            assert len(slow) == len(fast)
            np.testing.assert_array_equal(slow.onset_s, fast.onset_s)
        assert len(one.detect(potentials.detect, c, RULES[0])) > 10
        assert one.usable(c).fraction == many.usable(c).fraction
    assert many._kept == kept  # nothing was looked for twice


def test_what_is_kept_is_not_made_again(signals):
    bench = Bench(signals, {})
    bench.ahead(range(3), *RULES)
    kept = {key: id(value) for key, value in bench._kept.items()}
    bench.ahead(range(3), *RULES)
    assert {key: id(value) for key, value in bench._kept.items()} == kept


def test_a_channel_that_cannot_be_looked_at_is_refused(signals):
    with pytest.raises(ParameterError, match="low_hz"):
        Bench(signals).ahead(range(3), potentials.PotentialRule(low_hz=900.0, high_hz=950.0))


def test_channels_without_a_heart_are_not_swept_again():
    with_heart, _ = iv.simulate("rest", 120, 1, channels=1, ecg_uv=300)
    without, _ = iv.simulate("rest", 120, 2, channels=1)
    channels = (with_heart.channels[0], replace(without.channels[0], name="calf"))
    recording = Recording.from_arrays([with_heart.samples(0), without.samples(0)], channels)
    bench = Bench(recording)
    rule = bursts.BurstRule()
    bench.ahead([0, 1], rule)
    assert bench.without_heart() is not bench
    assert bench.without_heart().detect(bursts.detect, 1, rule) is bench.detect(bursts.detect, 1, rule)
    assert bench.without_heart().detect(bursts.detect, 0, rule) is not bench.detect(bursts.detect, 0, rule)


def test_what_was_swept_is_found_under_its_detector():
    x = noise(20, RATE, 1) * 1e-6
    one = Recording.from_arrays([x], [Channel("c", ChannelKind.SURFACE_EMG, "V", RATE, x.size)])
    for rule, detector in bench._DETECTORS.items():
        swept = Bench(one)
        swept.sweep(0, rule())
        kept = list(swept._kept)
        swept.detect(sys.modules[detector.gather.__module__].detect, 0, rule())
        assert list(swept._kept) == kept
