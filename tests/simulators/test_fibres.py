import numpy as np
import pytest

from involuntary.simulators._fibres import Electrode, Fibres, concentric_needle, unit_potential

RATE = 50000.0


def _fibre(x_mm=0.5, y_mm=0.0, **given):
    column = {"plate_mm": 0.0, "velocity_m_s": 4.0, "diameter_um": 50.0, "delay_ms": 0.0, **given}
    return Fibres(np.array([x_mm]), np.array([y_mm]), half_mm=60.0, **{k: np.array([v]) for k, v in column.items()})


def _point(z_mm):
    return Electrode(np.array([[0.0, 0.0, z_mm]]), np.array([1.0]))


def test_the_potential_is_that_of_the_membrane_current_on_a_long_fibre():
    """Slow twin: the second derivative of the membrane potential over distance, far from end-plate and tendon."""
    found = unit_potential(_fibre(), _point(30.0), RATE, 0.015)
    behind = np.linspace(0, 25, 25001)
    current = 0.096 * np.exp(-behind) * (6 * behind - 6 * behind**2 + behind**3)  # V/mm², by hand
    step = behind[1]
    for i in range(300, 550, 10):
        at = 4000.0 * (i + 1) / RATE - behind
        kept = at > 0
        distance = np.sqrt(0.33 / 0.063 * 0.5**2 + (at - 30.0) ** 2)
        slow = 1.01 * 0.025**2 / (4 * 0.063) * np.sum((current / distance)[kept]) * step
        assert found[i] == pytest.approx(slow, abs=0.05 * np.abs(found).max())


def test_the_wave_arrives_with_its_speed_and_delay():
    near, far = (unit_potential(_fibre(), _point(z), RATE, 0.03) for z in (20.0, 40.0))
    assert (np.argmin(far) - np.argmin(near)) / RATE == pytest.approx(0.020 / 4.0, rel=0.01)
    late = unit_potential(_fibre(delay_ms=2.0), _point(20.0), RATE, 0.03)
    assert np.argmin(late) - np.argmin(near) == 100


def test_it_is_triphasic_along_the_way_and_starts_negative_at_the_end_plate():
    along, plate = unit_potential(_fibre(), _point(30.0), RATE, 0.03), unit_potential(_fibre(), _point(0.0), RATE, 0.03)
    large = along[np.abs(along) > 0.02 * np.abs(along).max()]
    assert np.count_nonzero(np.diff(np.sign(large))) == 2
    assert large[0] > 0
    first = plate[np.abs(plate) > 0.02 * np.abs(plate).max()][0]
    assert first < 0


def test_it_falls_with_distance_and_grows_with_the_fibre():
    size = [np.ptp(unit_potential(_fibre(x), _point(30.0), RATE, 0.03)) for x in (0.1, 0.5, 2.0)]
    assert size[0] > 3 * size[1] > 9 * size[2]
    thick = np.ptp(unit_potential(_fibre(diameter_um=100.0), _point(30.0), RATE, 0.03))
    assert thick == pytest.approx(4 * size[1], rel=1e-6)


def test_both_waves_end_at_the_tendons():
    wave = unit_potential(_fibre(plate_mm=10.0), _point(30.0), RATE, 0.05)
    # 70 mm on the longer side take 17.5 ms, and the repolarisation ends some 4 ms later.
    assert np.abs(wave[int(0.025 * RATE) :]).max() < 1e-3 * np.abs(wave).max()


def test_no_fibre_is_silence():
    none = np.empty(0)
    fibres = Fibres(none, none, none, 60.0, none, none, none)
    assert np.array_equal(unit_potential(fibres, concentric_needle(20.0), RATE, 0.01), np.zeros(500))


def test_fibres_add():
    one, other = _fibre(0.2), _fibre(1.0, y_mm=0.5, delay_ms=0.3)
    both = Fibres(*(np.concatenate([getattr(one, k), getattr(other, k)]) for k in ("x_mm", "y_mm", "plate_mm")), 60.0,
                  *(np.concatenate([getattr(one, k), getattr(other, k)])
                    for k in ("velocity_m_s", "diameter_um", "delay_ms")))  # fmt: skip
    needle = concentric_needle(20.0)
    parts = [unit_potential(f, needle, RATE, 0.02) for f in (one, other)]
    assert np.allclose(unit_potential(both, needle, RATE, 0.02), parts[0] + parts[1])


def test_a_needle_does_not_see_what_is_the_same_everywhere():
    assert concentric_needle(20.0).weight.sum() == pytest.approx(0.0, abs=1e-12)
    far = np.ptp(unit_potential(_fibre(40.0), concentric_needle(20.0), RATE, 0.03))
    assert far < 1e-3 * np.ptp(unit_potential(_fibre(0.3), concentric_needle(20.0), RATE, 0.03))
