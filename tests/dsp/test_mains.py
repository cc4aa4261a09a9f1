import numpy as np
import pytest

from involuntary.dsp import mains
from simulated import mains as line
from simulated import noise, potential

RATE = 2000.0


def rms(x):
    return float(np.sqrt(np.mean(np.square(x))))


@pytest.mark.parametrize("base", [50.0, 49.93, 50.07, 60.0, 60.04])
@pytest.mark.parametrize("seconds", [1.7, 4.0, 33.3])
def test_the_line_goes_and_the_rest_stays(base, seconds):
    x = noise(seconds, RATE, seed=1)
    clean, found = mains.fit(x + line(x.size, RATE, 40.0, base), RATE)
    assert rms(clean - x) < 1.0 if seconds < 4 else rms(clean - x) < 0.45
    assert set(found.base_hz) == {50.0 if base < 55 else 60.0}
    assert found.amplitude == pytest.approx(np.full(found.amplitude.size, 40.0 * 1.157), rel=0.05)


def test_without_a_line_the_signal_stays_as_it_is():
    x = noise(60, RATE, seed=2)
    clean, found = mains.fit(x, RATE)
    assert np.count_nonzero(found.base_hz) <= 1
    assert rms(clean - x) < 0.05


def test_a_line_that_swells_and_fades_is_followed():
    x = noise(60, RATE, seed=3)
    swell = 1 + 0.5 * np.sin(2 * np.pi * np.arange(x.size) / RATE / 20)
    clean = mains.remove(x + line(x.size, RATE, 30.0) * swell, RATE)
    assert rms(clean - x) < 2.0


@pytest.mark.parametrize("base", [50.02, 60.03])
@pytest.mark.parametrize(
    "drift",
    [
        lambda t: 100 * np.sin(2 * np.pi * 0.2 * t),
        lambda t: 1000 * np.sin(2 * np.pi * 0.1 * t),
        lambda t: 100 * np.sin(2 * np.pi * 1.0 * t),
        lambda t: 5000 + 200 * t,
        lambda t: np.cumsum(np.random.default_rng(7).normal(0, 3, t.size)),
    ],
    ids=["breath", "slow", "pulse", "ramp", "walk"],
)
def test_the_baseline_may_drift(drift, base):
    x = noise(24, RATE, seed=8)
    x += drift(np.arange(x.size) / RATE)
    clean, found = mains.fit(x + line(x.size, RATE, 50.0, base), RATE)
    assert rms(clean - x) < 0.8
    assert found.amplitude == pytest.approx(np.full(found.amplitude.size, 50.0 * 1.157), rel=0.05)


def test_nothing_rings_before_a_large_potential():
    x = noise(20, RATE, seed=4)
    wave = potential(0.012, "monophasic", 3000.0, RATE)
    with_wave = x + line(x.size, RATE, 30.0)
    with_wave[20000 : 20000 + wave.size] += wave
    clean = mains.remove(with_wave, RATE)
    before = slice(20000 - 400, 20000)
    assert rms((clean - x)[before]) < 0.8


def test_a_train_of_potentials_is_no_mains():
    random = np.random.default_rng(5)
    x = noise(40, RATE, seed=5)
    wave = potential(0.010, "triphasic", 300.0, RATE)
    for at in np.cumsum(random.normal(0.1, 0.012, 380)):  # 10 a second, as a steady unit fires
        first = round(at * RATE)
        x[first : first + wave.size] += wave
    assert rms(mains.remove(x, RATE) - x) < 0.02 * rms(x)


def test_under_a_second_nothing_is_fitted():
    x = line(1500, RATE, 30.0)
    assert mains.remove(x, RATE) is x


def test_windows_are_placed_from_the_first_sample_whatever_follows():
    x = noise(30, RATE, seed=6) + line(60000, RATE, 30.0)
    hop = round(mains.WINDOW_S * RATE / 2)
    np.testing.assert_allclose(
        mains.remove(x[2 * hop :], RATE)[hop : 4 * hop], mains.remove(x, RATE)[3 * hop : 6 * hop], atol=1e-9
    )


@pytest.mark.parametrize("seconds", [1.5, 3.0, 20.0])
def test_beside_a_contraction_mains_goes_as_it_does_far_from_one(seconds):
    x = noise(60, RATE, seed=9)
    first, stop = 40000, 40000 + round(seconds * RATE)
    muscle = np.zeros(x.size)
    muscle[first:stop] = 200.0 / 5.0 * noise(60, RATE, seed=10)[first:stop]
    left = mains.remove(x + muscle + line(x.size, RATE, 30.0), RATE) - x - muscle
    assert rms(left[first - 4000 : first]) < 1.0
    assert rms(left[stop : stop + 4000]) < 1.0


def test_a_line_that_stops_in_a_contraction_is_not_carried_far_beyond_it():
    x = noise(60, RATE, seed=11)
    hum = line(x.size, RATE, 30.0)
    hum[64000:] = 0.0
    x[60000:66000] += 40.0 * noise(60, RATE, seed=12)[60000:66000]
    left = mains.remove(x + hum, RATE) - x
    assert rms(left[70000:]) < 1.0
    assert rms(left[:56000]) < 1.0


def test_donors_are_the_calmest_near_by_and_steady_windows_keep_their_own():
    half = np.full((9, 25), 10.0)
    half[4] = 300.0
    mean, level, height = np.zeros((9, 20)), np.zeros((8, 40)), np.full(8, 10.0)
    assert mains.donors(mean, half, level, height).tolist() == [0, 1, 2, 2, 5, 5, 6, 7]
    np.testing.assert_array_equal(mains.donors(mean, np.full((9, 25), 10.0), level, height), np.arange(8))
