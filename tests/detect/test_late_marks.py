"""Marks that come late are told by the artefact before them; others, and recordings without artefact, are not."""

import numpy as np
import pytest

from involuntary.detect.late_marks import lateness
from involuntary.model import Channel, ChannelKind, Recording

RATE = 5000.0
TIMES = 0.5 + 0.7137 * np.arange(8)


def recording(artefact_mv=2.0, effort=0.0, seed=1, low_pass=1):
    """Give responses of 8 mV at 3.5 ms, an artefact that decays in half a millisecond, and noise."""
    random = np.random.default_rng(seed)
    time = np.arange(round(7 * RATE)) / RATE
    samples = 0.005 * random.standard_normal(time.size) + effort * np.convolve(
        random.standard_normal(time.size), np.ones(12) / 12, "same"
    )
    for at in TIMES:
        since = time - at
        u = np.clip((since - 0.0035) / 0.012, 0, 1)
        samples += 8 * np.sin(2 * np.pi * u) * np.sin(np.pi * u) + artefact_mv * np.where(
            since >= 0, np.exp(-np.maximum(since, 0) / 0.0005), 0
        )
    samples = np.convolve(samples, np.ones(low_pass) / low_pass, "same")
    return Recording.from_arrays([1e-3 * samples], [Channel("APB", ChannelKind.SURFACE_EMG, "V", RATE, samples.size)])


@pytest.mark.parametrize("late_s", [0.0015, 0.002, 0.005, 0.007])
@pytest.mark.parametrize("effort", [0.0, 0.05])
def test_late_marks_are_told_by_how_much(late_s, effort):
    assert lateness(recording(effort=effort), 0, TIMES + late_s) == pytest.approx(late_s, abs=1.2 / RATE)


def test_marks_that_come_late_by_different_amounts():
    late = np.linspace(0.002, 0.005, TIMES.size)
    assert lateness(recording(), 0, TIMES + late) == pytest.approx(late, abs=1.2 / RATE)


@pytest.mark.parametrize("artefact_mv", [0.0, 0.5, 50.0])
@pytest.mark.parametrize("effort", [0.0, 0.3])
@pytest.mark.parametrize("low_pass", [1, 5])
@pytest.mark.parametrize("late_s", [-0.0005, 0.0, 0.0005])
def test_marks_in_time_are_not_late(artefact_mv, effort, low_pass, late_s):
    assert lateness(recording(artefact_mv, effort, low_pass=low_pass), 0, TIMES + late_s).size == 0


def test_few_marks_and_marks_at_the_ends_tell_nothing():
    assert lateness(recording(), 0, TIMES[:2] + 0.003).size == 0
    assert lateness(recording(), 0, np.array([0.0, 0.01, 6.9999, 7.5])).size == 0
