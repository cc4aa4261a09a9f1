"""Hand-made activity of known length and size over rest."""

import numpy as np
import pytest

from involuntary.detect.limb_movements import LimbMovementRule, detect
from involuntary.model import Intervals
from simulated import recording

RATE = 500.0


def _signal(*activity, seconds=120.0, rest=1.0, seed=0):
    """Give noise of `rest` µV with stretches of (onset, length, µV over rest)."""
    random = np.random.default_rng(seed)
    n = round(seconds * RATE)
    size = np.full(n, rest)
    for onset, length, over in activity:
        size[round(onset * RATE) : round((onset + length) * RATE)] = rest + over
    # A square wave of random signs has an envelope without ripple.
    return size * random.choice([-1.0, 1.0], n)


def _found(x, **settings):
    events = detect(recording(x, RATE), 0, LimbMovementRule(**settings))
    return list(zip(events.onset_s, events.duration_s, strict=True))


@pytest.mark.parametrize(("length", "n"), [(0.4, 0), (0.6, 1), (5.0, 1), (12.0, 1), (20.0, 1)])
def test_activity_of_half_a_second_and_more_is_found_with_its_length(length, n):
    found = _found(_signal((50.0, length, 30.0)))
    assert len(found) == n
    for onset, duration in found:
        assert onset == pytest.approx(50.0, abs=0.03)
        assert duration == pytest.approx(length, abs=0.06)


@pytest.mark.parametrize(("over", "n"), [(6.5, 0), (10.0, 1)])
def test_it_rises_eight_microvolts_over_rest(over, n):
    assert len(_found(_signal((50.0, 3.0, over)))) == n


@pytest.mark.parametrize(("pause", "n"), [(0.4, 1), (0.65, 2)])
def test_it_ends_with_half_a_second_at_rest(pause, n):
    assert len(_found(_signal((50.0, 2.0, 30.0), (52.0 + pause, 2.0, 30.0)))) == n


@pytest.mark.parametrize(("between", "n"), [(0.8, 2), (4.0, 1)])
def test_at_rest_is_within_two_microvolts(between, n):
    assert len(_found(_signal((50.0, 2.0, 30.0), (52.0, 2.0, between), (54.0, 2.0, 30.0)))) == n


def test_rest_follows_the_recording_and_noise_alone_is_none():
    x = np.concatenate([_signal((50.0, 2.0, 30.0)), _signal((60.0, 2.0, 30.0), rest=4.0)])
    assert [round(onset) for onset, _ in _found(x)] == [50, 180]
    assert _found(np.random.default_rng(1).normal(0, 3, 120 * 500)) == []


def test_a_gap_ends_it():
    x = _signal((57.0, 6.0, 30.0))
    events = detect(recording(x, RATE, segments=Intervals.of((0.0, 60.0), (100.0, 160.0))), 0, LimbMovementRule())
    assert events.onset_s == pytest.approx([57.0, 100.0], abs=0.1)
    assert events.duration_s == pytest.approx([3.0, 3.0], abs=0.1)


@pytest.mark.parametrize(("rate_hz", "noise_uv"), [(200.0, 1.0), (200.0, 2.5), (200.0, 4.0), (1000.0, 8.0)])
def test_the_waxing_of_noise_does_not_draw_a_movement_out(rate_hz, noise_uv):
    random = np.random.default_rng(3)
    x = random.normal(0, noise_uv, round(600 * rate_hz))
    starts = np.arange(40.0, 580.0, 25.0)
    for start in starts:
        x[round(start * rate_hz) : round((start + 2) * rate_hz)] += random.normal(0, 40, round(2 * rate_hz))
    events = detect(recording(x, rate_hz), 0, LimbMovementRule())
    assert events.onset_s == pytest.approx(starts, abs=0.1)
    # A rare stray within half a second of the end still counts, as the rule says.
    assert np.median(events.duration_s) == pytest.approx(2.0, abs=0.05)
    assert events.duration_s.max() < 3.0
    assert (np.median(events.features["end_uv"]) > 2) == (noise_uv > 2)
