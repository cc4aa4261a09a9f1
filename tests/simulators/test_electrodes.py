import numpy as np
import pytest

from involuntary.simulators._electrodes import DURATION_LEVEL, interference_units, surface_units


@pytest.fixture
def units():
    amplitude, duration = np.full(20, 100e-6), np.linspace(0.008, 0.014, 20)
    return surface_units(amplitude, duration, 3, np.random.default_rng(1))


def test_amplitude_and_duration_are_those_asked_for(units):
    time = np.arange(-0.03, 0.03, 1e-5)
    waves = units.shapes(time)
    for unit in range(20):
        home = np.argmax(units.amplitude_v[unit])
        wave = waves[unit, home]
        inside = time[np.abs(wave) >= DURATION_LEVEL * np.abs(wave).max()]
        assert np.ptp(wave) == pytest.approx(100e-6, rel=1e-3)
        assert inside[-1] - inside[0] == pytest.approx(units.duration_s[unit], abs=1e-4)
        assert inside[0] == pytest.approx(units.onset_s[unit], abs=1e-4)


def test_potentials_are_biphasic_to_polyphasic_and_carry_no_charge_offset(units):
    waves = units.shapes(np.arange(-0.03, 0.03, 1e-4))
    home = np.argmax(units.amplitude_v, axis=1)
    own = waves[np.arange(20), home]
    assert np.all(own.min(axis=1) < 0)
    assert np.all(own.max(axis=1) > 0)


def test_a_unit_falls_and_comes_later_away_from_its_pair(units):
    home = np.argmax(units.amplitude_v, axis=1)
    for unit in range(20):
        away = np.abs(np.arange(3) - home[unit])
        assert np.allclose(units.amplitude_v[unit], 100e-6 * 0.5**away)
        assert np.allclose(units.delay_s[unit], 0.001 * away)


def test_later_recruited_units_are_larger():
    size = interference_units(200, 600.0, np.random.default_rng(0)).amplitude_v[:, 0]
    assert np.median(size[150:]) > 4 * np.median(size[:50])
