"""A spike and its tail are taken out; what answers later stays."""

import numpy as np
import pytest

from involuntary.dsp.artefact_tail import decay, without_artefact

RATE = 10000.0
TIME = np.arange(800) / RATE - 0.01
RESPONSE = np.where((TIME > 0.006) & (TIME < 0.018), np.sin(2 * np.pi * (TIME - 0.006) / 0.012), 0.0)


def test_a_tail_is_subtracted_and_the_response_left():
    spike = np.where((TIME >= 0) & (TIME < 0.001), 50.0, 0.0)
    tail = np.where(TIME >= 0.001, 3.0 * np.exp(-(TIME - 0.001) / 0.004), 0.0)
    clean = without_artefact(RESPONSE + spike + tail, RATE, 100, 0.0015)
    assert np.max(np.abs(clean - RESPONSE)) < 0.1
    assert np.max(np.abs(RESPONSE + tail - RESPONSE)[115:]) > 2


def test_without_a_tail_nothing_changes_behind_the_blank():
    noise = np.random.default_rng(0).normal(0, 0.05, 800)
    clean = without_artefact(RESPONSE + noise, RATE, 100, 0.0015)
    assert np.array_equal(clean[200:], (RESPONSE + noise)[200:])
    assert np.all(clean[100:115] == 0)


def test_a_decay_is_not_drawn_to_waves_that_are_known():
    time = np.arange(600) / 1e4
    tail = 400 * (1 + time / 0.003) * np.exp(-time / 0.003)
    wave = 150 * np.clip(np.sin(np.pi * (time - 0.009) / 0.012), 0, None) * (time > 0.009) * (time < 0.021)
    free = ((time < 0.009) | (time > 0.021)).astype(float)
    inside, heard = free == 0, tail + wave + np.random.default_rng(0).normal(0, 7, time.size)
    drawn = np.abs(decay(heard, 1e4) - tail)[inside].mean()
    left = np.abs(decay(heard, 1e4, free) - tail)[inside].mean()
    assert left < 7
    assert left < 0.7 * drawn


@pytest.mark.parametrize(("hertz", "tau"), [(80.0, 0.006), (110.0, 0.004), (140.0, 0.01)])
def test_a_decay_that_swings_is_taken_as_it_swings(hertz, tau):
    time, random = np.arange(600) / 10_000, np.random.default_rng(3)
    swing = np.exp(-time / tau) * np.sin(2 * np.pi * hertz * time + 1)
    inside = (time > 0.01) & (time < 0.022)
    wave = np.where(inside, 0.4 * np.sin(2 * np.pi * (time - 0.01) / 0.012), 0.0)
    found = decay(swing + wave + 0.01 * random.standard_normal(600), 10_000.0)
    assert np.abs(found - swing)[50:].max() < 0.04


@pytest.mark.parametrize(("hertz", "tau"), [(110.0, 0.0057), (140.0, 0.0115), (50.0, 0.012), (140.0, 0.0028)])
def test_no_swing_lies_between_those_that_are_tried(hertz, tau):
    time = np.arange(600) / 10_000
    swing = np.exp(-time / tau) * np.sin(2 * np.pi * hertz * time + 1)
    inside = (time > 0.01) & (time < 0.022)
    wave = np.where(inside, 0.4 * np.sin(2 * np.pi * (time - 0.01) / 0.012), 0.0)
    found = decay(swing + wave + 0.01 * np.random.default_rng(3).standard_normal(600), 10_000.0)
    assert np.abs(found - swing)[50:].max() < 0.03
