"""Onsets of responses of known shape, with and without noise."""

import numpy as np
import pytest

from involuntary.dsp.alike import moved, pooled
from involuntary.dsp.latency import leave, main_peak
from involuntary.dsp.smooth import parabolic

RATE = 10000.0
SHAPES = {
    "half sine": lambda t: np.where((t > 0) & (t < 0.006), np.sin(np.pi * t / 0.006), 0.0),
    "biphasic sine": lambda t: np.where((t > 0) & (t < 0.012), np.sin(2 * np.pi * t / 0.012), 0.0),
    "raised cosine": lambda t: np.where((t > 0) & (t < 0.008), 0.5 - 0.5 * np.cos(2 * np.pi * t / 0.008), 0.0),
    "Gaussian derivative": lambda t: np.where(t > 0, (3 - t / 0.0015) * np.exp(0.5 - 0.5 * (3 - t / 0.0015) ** 2), 0.0),
    "difference of exponentials": lambda t: (
        (np.exp(-np.maximum(t, 0) / 0.004) - np.exp(-np.maximum(t, 0) / 0.0015)) * 3
    ),
    "alpha function": lambda t: np.maximum(t, 0) / 0.003 * np.exp(1 - np.maximum(t, 0) / 0.003),
}


def found(shape, onset, noise, seed, sign=1.0, rate=RATE):
    random, n = np.random.default_rng(seed), round(0.08 * rate)
    samples = sign * SHAPES[shape](np.arange(n) / rate - onset) + random.normal(0, noise, n)
    peak = main_peak(parabolic(samples, rate, 0.0015), round(0.025 * rate), round(0.06 * rate))
    return leave(samples, rate, peak, round(0.005 * rate)).place / rate


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_without_noise_the_onset_is_right_to_a_fraction_of_a_sample(shape, sign):
    for onset in (0.03, 0.03003, 0.03007):
        assert found(shape, onset, 1e-6, 0, sign) == pytest.approx(onset, abs=0.00003)


@pytest.mark.parametrize("shape", SHAPES)
def test_at_20_db_the_typical_error_is_within_a_tenth_of_a_millisecond(shape):
    errors = np.array([found(shape, 0.03 + i * 7e-6, 0.05, i) - (0.03 + i * 7e-6) for i in range(40)])
    # What begins flat hides its first part in this noise.
    assert abs(np.median(errors)) < (0.0002 if shape == "raised cosine" else 0.0001)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rate", [2000.0, 4000.0, 20000.0])
def test_the_average_of_twenty_at_20_db_is_right_at_all_rates(shape, rate):
    onsets = 0.03 + np.random.default_rng(1).uniform(0, 1e-3, 12)
    errors = [found(shape, onset, 0.1 / np.sqrt(20), i, rate=rate) - onset for i, onset in enumerate(onsets)]
    assert abs(np.median(errors)) < 0.0001


def test_sweeps_at_other_places_between_samples_are_not_blurred_at_a_low_rate():
    rate, k = 2000.0, 20
    errors = {"average": [], "pooled": []}
    for seed in range(16):
        random = np.random.default_rng(seed)
        time, later = np.arange(160) / rate, random.uniform(-0.5, 0.5, k)
        waves = np.array([SHAPES["biphasic sine"](time - 0.03 - by / rate) for by in later])
        waves += random.normal(0, 0.1, waves.shape)
        average = moved(waves, -later).mean(axis=0)
        peak = main_peak(parabolic(average, rate, 0.0015), 50, 120)
        for name, every in (("average", None), ("pooled", pooled(waves, later, average, 10))):
            errors[name].append(leave(average, rate, peak, 20, None, every).place / rate - 0.03)
    square = {name: np.sqrt(np.mean(np.square(values))) for name, values in errors.items()}
    assert square["pooled"] < 0.8 * square["average"]
    assert np.median(np.abs(errors["pooled"])) < 0.0001


# None of them is in the family that is fitted.
OTHERS = {
    "parabola": lambda t: np.clip(4 * t / 0.007 * (1 - t / 0.007), 0, None),
    "skewed": lambda t: 6.75 * np.clip(t / 0.012, 0, 1) * (1 - np.clip(t / 0.012, 0, 1)) ** 2,
    "damped sine": lambda t: np.where(t > 0, np.sin(2 * np.pi * 90 * t) * np.exp(-np.maximum(t, 0) / 0.006), 0.0) / 0.7,
    "biphasic polynomial": lambda t: np.where((t > 0) & (t < 0.013), t * (0.013 - t) * (0.0065 - t), 0.0) * 9.5e6,
}


@pytest.mark.parametrize("shape", OTHERS)
def test_shapes_outside_the_family_are_timed_too(shape, monkeypatch):
    monkeypatch.setitem(SHAPES, shape, OTHERS[shape])
    errors = [found(shape, 0.03 + i * 7e-6, 0.025, i) - (0.03 + i * 7e-6) for i in range(16)]
    assert abs(np.median(errors)) < 0.00004
    assert np.sqrt(np.mean(np.square(errors))) < 0.0001


def test_a_gamma_function_of_third_order_is_told_from_flatter_and_steeper_ones(monkeypatch):
    monkeypatch.setitem(
        SHAPES, "gamma", lambda t: (np.maximum(t, 0) / 0.0039 * np.exp(1 - np.maximum(t, 0) / 0.0039)) ** 3
    )
    errors = [found("gamma", 0.03 + i * 7e-6, 0.005, i) - (0.03 + i * 7e-6) for i in range(16)]
    assert abs(np.median(errors)) < 0.0001


def test_a_larger_wave_tells_how_a_smaller_one_begins():
    random, time = np.random.default_rng(3), np.arange(800) / RATE
    clear = SHAPES["raised cosine"](time - 0.03) + random.normal(0, 0.003, time.size)
    larger = leave(clear, RATE, 340, 50)
    assert larger.likely.sum() == pytest.approx(1.0)
    errors = {"alone": [], "like": []}
    for onset in 0.03 + np.arange(24) * 7e-6:
        samples = SHAPES["raised cosine"](time - onset) + random.normal(0, 0.1, time.size)
        peak = main_peak(parabolic(samples, RATE, 0.0015), 250, 600)
        for name, like in (("alone", None), ("like", larger.likely)):
            errors[name].append(leave(samples, RATE, peak, 50, like=like).place / RATE - onset)
    late = {name: abs(np.median(values)) for name, values in errors.items()}
    assert late["like"] < 0.75 * late["alone"]


def test_a_small_first_phase_is_the_onset():
    time = np.arange(800) / RATE - 0.03
    first = np.where((time > 0) & (time < 0.003), -0.3 * np.sin(np.pi * time / 0.003), 0.0)
    main = np.where((time > 0.003) & (time < 0.009), np.sin(np.pi * (time - 0.003) / 0.006), 0.0)
    samples = first + main + np.random.default_rng(0).normal(0, 0.02, 800)
    assert leave(samples, RATE, 360, 50).place / RATE == pytest.approx(0.03, abs=0.0002)


def test_a_flank_of_too_few_samples_has_no_onset():
    samples = np.zeros(20)
    samples[10:] = 1.0
    assert np.isnan(leave(samples, 1000.0, 11, 8).place)


@pytest.mark.parametrize("rest", [0, 1, 5])
def test_a_wave_whose_peak_lies_at_the_end_of_what_was_seen_is_timed_by_what_there_is(rest):
    samples = np.zeros(400)
    samples[200:] = np.linspace(0, 1, 200) ** 2
    peak = 399 - rest
    assert 190 < leave(samples, RATE, peak, 10).place < peak


def test_the_first_large_turning_point_is_the_peak():
    samples = np.array([0, 0.1, 0, 0.7, 0, -1.0, 0, 0.6, 0])
    assert main_peak(samples, 0, samples.size) == 3
    assert main_peak(samples, 4, samples.size) == 5
