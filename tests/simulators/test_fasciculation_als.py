"""ALS-like fasciculations beside benign ones: more of them, longer, with more phases."""

import numpy as np

from involuntary import simulate
from involuntary.simulators._electrodes import surface_units


def _phases(share):
    """Count, in each unit, the stretches of one sign above a twentieth of the peak."""
    units = surface_units(np.full(200, 1e-4), np.full(200, 0.015), 1, np.random.default_rng(3), share)
    waves = units.shapes(np.arange(-0.02, 0.04, 1e-4))[:, 0]
    counts = []
    for wave in waves:
        sign = np.sign(wave) * (np.abs(wave) > 0.05 * np.abs(wave).max())
        sign = sign[sign != 0]
        counts.append(1 + np.count_nonzero(np.diff(sign)))
    return np.array(counts)


def test_late_groups_of_fibres_make_potentials_polyphasic():
    plain, parted = _phases(0.0), _phases(1.0)
    assert np.mean(plain > 4) < 0.05
    assert np.mean(parted > 4) > 0.5


def test_potentials_are_as_long_as_told_in_either_shape():
    units = surface_units(np.full(50, 1e-4), np.full(50, 0.02), 1, np.random.default_rng(4), 1.0)
    time = np.arange(-0.02, 0.04, 1e-5)
    for wave in units.shapes(time)[:, 0]:
        inside = time[np.abs(wave) >= 0.05 * np.abs(wave).max()]
        assert abs(inside[-1] - inside[0] - 0.02) < 2e-4
        assert abs(np.ptp(wave) - 1e-4) < 1e-6


def test_they_come_more_often_and_last_longer():
    _, (benign,) = simulate("fasciculation", 120, 1)
    _, (als,) = simulate("fasciculation-als", 120, 1)
    assert len(als) > 1.5 * len(benign)
    assert np.median(als.duration_s) > 1.3 * np.median(benign.duration_s)
    assert len(set(als.features["unit_id"])) > len(set(benign.features["unit_id"]))
