import numpy as np
import pytest

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.onset import calibrate, change_edges, energies, energy, likeliest_stretch, mean_frequency

RATE = 2000.0
BAND = (20.0, 450.0)


def naive_stretch(values, top, rest):
    """Every stretch around `top`, each with the likelihood ratio of an exponential distribution of its own mean."""
    best, found = -np.inf, None
    for a in range(top + 1):
        for b in range(top + 1, len(values) + 1):
            ratio = np.mean(values[a:b]) / rest
            if ratio > 1.5 and (gain := (b - a) * (ratio - 1 - np.log(ratio))) > best:
                best, found = gain, (a, b)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_running_sum_finds_what_trying_every_stretch_finds(seed):
    random = np.random.default_rng(seed)
    values = random.exponential(1.0, 60)
    values[20:40] *= 30
    found = likeliest_stretch(values, 20 + int(np.argmax(values[20:40])), 1.0)
    assert (found.onset, found.stop) == naive_stretch(values, 20 + int(np.argmax(values[20:40])), 1.0)
    assert found.ratio == pytest.approx(values[found.onset : found.stop].mean())


def test_the_operator_is_the_squared_amplitude_times_the_squared_sine_of_the_step():
    for frequency in (30.0, 100.0, 240.0):
        wave = 3 * np.sin(2 * np.pi * frequency * np.arange(400) / RATE + 0.3)
        expected = 9 * np.sin(2 * np.pi * frequency * 2 / RATE) ** 2
        np.testing.assert_allclose(energy(wave, 2)[2:-2], expected, rtol=1e-9)
    assert energy(np.ones(3), 2).tolist() == [0, 0, 0]


def _bursts(db, length_s, seed=0, n=60):
    """Interference of a spectrum like surface EMG over white noise; abrupt edges."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(round(n * 0.5 * RATE))
    muscle = zero_phase(random.standard_normal(x.size), RATE, 40, 200)
    onset = 400 + 1000 * np.arange(n - 1) + random.integers(0, 200, n - 1)
    length = round(length_s * RATE)
    for start in onset:
        x[start : start + length] += 10 ** (db / 20) * (muscle / muscle.std())[start : start + length]
    return zero_phase(x, RATE, *BAND), onset, length


@pytest.mark.parametrize(("db", "bias_ms", "sd_ms"), [(20, 1.0, 2.0), (10, 1.0, 5.0)])
def test_onset_and_end_within_the_limits_asked_for(db, bias_ms, sd_ms):
    wave, onset, length = _bursts(db, 0.05)
    inside = np.concatenate([wave[a + 6 : a + length - 6] for a in onset])
    rest = np.concatenate([wave[a - 300 : a - 60] for a in onset])
    levels = tuple(e.mean() for e in energies(rest, RATE))
    errors = []
    for start in onset:
        part = slice(start - 150, start + length + 150)
        found = change_edges(energies(wave[part], RATE), 150 + length // 2, levels)
        errors.append((found.onset - 150, found.stop - 150 - length))
    errors = 1e3 * np.array(errors) / RATE
    told = calibrate(rest, inside, np.full(200, length / RATE), RATE, BAND, 0.04)
    # What is taken off and stated is what is there.
    assert 1e3 * told.onset_bias_s == pytest.approx(errors[:, 0].mean(), abs=bias_ms)
    assert 1e3 * told.stop_bias_s == pytest.approx(errors[:, 1].mean(), abs=bias_ms)
    assert errors[:, 0].std() <= sd_ms
    assert 1e3 * told.onset_sd_s == pytest.approx(errors[:, 0].std(), abs=1.2)


def test_too_little_to_cut_from_calibrates_nothing():
    assert calibrate(np.zeros(3), np.ones(50), np.array([0.05]), RATE, BAND, 0.04) is None
    assert calibrate(np.ones(5000), np.ones(50), np.empty(0), RATE, BAND, 0.04) is None


def test_the_mean_frequency_is_that_of_a_sine():
    rest = np.random.default_rng(0).standard_normal(4000)
    wave = 50 * np.sin(2 * np.pi * 80 * np.arange(400) / RATE) + rest[:400]
    assert mean_frequency(wave, rest, RATE) == pytest.approx(80, rel=0.05)
    assert np.isnan(mean_frequency(np.zeros(400), rest, RATE))
