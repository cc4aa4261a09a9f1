import numpy as np
import pytest

from involuntary.detect.movements import MovementRule, detect
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import ArraySource

RATE = 100.0


def _recording(x, segments=None):
    noise = 0.02 * np.random.default_rng(0).standard_normal((3, x.size))
    arrays = tuple(d * x + n for d, n in zip((0.6, 0.0, 0.8), noise, strict=True))
    channels = tuple(Channel(f"hand {a}", ChannelKind.ACCELEROMETER, "m/s²", RATE, x.size) for a in "xyz")
    return Recording("memory", channels, ArraySource(arrays), segments or Intervals.empty())


def _cycles(rate_hz, seconds, size=5.0, second=0.0):
    phase = 2 * np.pi * rate_hz * np.arange(round(seconds * RATE)) / RATE
    return size * (np.cos(phase) + second * np.cos(2 * phase + 1))


@pytest.mark.parametrize("rate_hz", [0.8, 1.5, 3.0, 4.5])
@pytest.mark.parametrize("second", [0.0, 0.8])
def test_every_movement_is_found(rate_hz, second):
    found = detect(_recording(_cycles(rate_hz, 20, second=second)), 1, MovementRule())
    assert found.channels == (0, 1, 2)
    assert found.rate_hz == pytest.approx(rate_hz, abs=0.06)
    assert abs(found.size.size - 20 * rate_hz) <= 2
    np.testing.assert_allclose(found.duration_s[1:-1], 1 / rate_hz, atol=0.03)
    if not second:
        np.testing.assert_allclose(found.size[2:-2], 10, rtol=0.06)


def test_a_movement_that_slows_keeps_its_fast_beginning():
    x = np.concatenate([_cycles(3.6, 6, 8), _cycles(1.1, 14, 4)])
    found = detect(_recording(x), 0, MovementRule())
    early, late = found.onset_s < 5.5, found.onset_s > 7
    assert np.median(1 / found.duration_s[early]) == pytest.approx(3.6, rel=0.05)
    assert np.median(1 / found.duration_s[late]) == pytest.approx(1.1, rel=0.05)
    assert np.median(found.size[early]) == pytest.approx(16, rel=0.1)
    assert np.median(found.size[late]) == pytest.approx(8, rel=0.1)


def test_only_the_time_asked_for_is_looked_at():
    x = np.concatenate([_cycles(1.0, 20), _cycles(3.0, 20)])
    found = detect(_recording(x), 0, MovementRule(from_s=20.0, to_s=40.0))
    assert found.time_s == 20.0
    assert found.onset_s.min() >= 20
    assert found.rate_hz == pytest.approx(3.0, abs=0.06)
    gap = Intervals.of((0.0, 20.0), (100.0, 120.0))
    assert detect(_recording(x, gap), 0, MovementRule(from_s=90.0)).onset_s.min() >= 100


def test_what_is_too_short_has_no_movement():
    assert detect(_recording(_cycles(2.0, 3)), 0, MovementRule()).size.size == 0
