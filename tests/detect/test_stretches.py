"""Ramps and swings of known numbers."""

import numpy as np
import pytest

from involuntary.detect.stretches import JointRule, detect
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import Annotation

RATE = 200.0
TIME = np.arange(round(20 * RATE)) / RATE


def recording(angle, noise_deg=0.05, marks=()):
    samples = angle + np.random.default_rng(0).normal(0, noise_deg, angle.size)
    channel = Channel("knee", ChannelKind.ANGLE, "deg", RATE, angle.size)
    return Recording.from_arrays([samples], [channel], annotations=[Annotation(t, 0.0, text) for t, text in marks])


def swing(damping=0.1, hertz=0.9, held=5.0, rest=70.0, lift=True):
    beat = 2 * np.pi * hertz
    decay = damping * beat / np.sqrt(1 - damping**2)
    since = np.maximum(TIME - 2.0, 0)
    angle = rest - (rest - held) * np.exp(-decay * since) * (np.cos(beat * since) + decay / beat * np.sin(beat * since))
    return np.where(TIME > 13, np.interp(TIME, [13, 15], [rest, held]), angle) if lift else angle


def test_ramps_have_their_speed_and_ends():
    angle = np.interp(TIME, [2, 2.5, 6, 9, 12, 13], [30, 130, 130, 30, 30, 80])
    found = detect(recording(angle), 0, JointRule())
    assert [s.peak_deg_s for s in found.stretches] == pytest.approx([200, -30, 50], rel=0.25)
    assert found.stretches[0].start_s == pytest.approx(2, abs=0.05)
    assert found.stretches[0].start_deg == pytest.approx(30, abs=3)
    assert found.stretches[0].stop_deg == pytest.approx(130, abs=3)
    assert not found.swings
    assert found.at(2.25)[0] == pytest.approx(80, abs=1)
    assert found.at(2.25)[1] == pytest.approx(200, rel=0.05)


def test_slow_stretches_reach_their_end_though_the_limb_moves_most_of_the_time():
    # Bell-shaped speeds of at most 25 deg/s, so that slow that a share of the median speed would cut their ends off.
    share = np.clip((TIME % 10 - 1) / 7.5, 0, 1)
    angle = 40 + 100 * (10 * share**3 - 15 * share**4 + 6 * share**5)
    angle = np.where(TIME < 10, angle, 180 - angle)
    found = detect(recording(angle, noise_deg=0.1), 0, JointRule()).stretches
    assert [s.stop_deg for s in found] == pytest.approx([140, 40], abs=2)


@pytest.mark.parametrize("lift", [True, False])
@pytest.mark.parametrize("damping", [0.05, 0.1, 0.2])
def test_a_free_swing_within_one_percent(damping, lift):
    _swing_within_one_percent(detect(recording(swing(damping, lift=lift)), 0, JointRule()).swings, damping)


@pytest.mark.parametrize("damping", [0.05, 0.1, 0.2])
def test_a_free_swing_within_one_percent_in_noise_of_a_degree(damping):
    found = detect(recording(swing(damping), noise_deg=1.5), 0, JointRule()).swings
    assert len(found) == 1
    first = 1 + np.exp(-np.pi * damping / np.sqrt(1 - damping**2))
    index = (found[0].first_deg - found[0].start_deg) / (found[0].rest_deg - found[0].start_deg)
    assert index == pytest.approx(first, rel=0.01)


def _swing_within_one_percent(swings, damping):
    (found,) = swings
    first = 1 + np.exp(-np.pi * damping / np.sqrt(1 - damping**2))
    index = (found.first_deg - found.start_deg) / (found.rest_deg - found.start_deg)
    assert index == pytest.approx(first, rel=0.01)
    assert found.damping == pytest.approx(damping, rel=0.05)
    assert found.period_s == pytest.approx(1 / 0.9, rel=0.02)
    assert found.start_deg == pytest.approx(5, abs=0.3)


def test_a_limb_that_catches_counts_where_a_mark_says_that_it_was_released():
    caught = np.interp(TIME, [2, 2.3, 2.6, 4], [5, 45, 38, 70])
    assert not detect(recording(caught), 0, JointRule()).swings
    (found,) = detect(recording(caught, marks=[(2.0, "pendulum: release")]), 0, JointRule()).swings
    assert (found.first_deg - found.start_deg) / (found.rest_deg - found.start_deg) == pytest.approx(40 / 65, rel=0.05)


def test_movement_to_and_fro_is_no_free_swing():
    assert not detect(recording(40 + 30 * np.sin(2 * np.pi * 0.9 * TIME)), 0, JointRule()).swings


def test_noise_and_rest_are_no_movement():
    for angle in (np.full(TIME.size, 40.0), 40 + 2 * np.sin(2 * np.pi * 0.1 * TIME)):
        found = detect(recording(angle, 0.3), 0, JointRule())
        assert not found.stretches
        assert not found.swings
