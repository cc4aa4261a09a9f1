import numpy as np
import pytest

from involuntary.simulators._conductor import SOURCES, Grid, Layers, sight, surface_templates
from involuntary.simulators._fibres import ACROSS_S_M, ALONG_S_M, WITHIN_S_M, Fibres

RATE = 4096.0
BARE = Layers(0.0, 0.0)


def _fibres(n=1, depth_mm=6.0, **given):
    column = {"x_mm": 0.0, "y_mm": depth_mm, "plate_mm": 0.0, "velocity_m_s": 4.0, "diameter_um": 50.0,
              "delay_ms": 0.0, **given}  # fmt: skip
    return Fibres(half_mm=60.0, **{name: np.full(n, value) for name, value in column.items()})


def _grid(*z_mm, x_mm=(0.0,)):
    return Grid(np.array(x_mm), np.array(z_mm))


def _waves(fibres, grid, layers=BARE, units=1, unit=None):
    unit = np.zeros(len(fibres), dtype=np.intp) if unit is None else unit
    made = surface_templates(fibres, unit, units, grid, sight(layers, 20.0, 40.0, 120.0), RATE)
    return made.values[:, 0], made.before


def _bare(depth_mm, x_mm, z_mm):
    """Closed form over a half-space: twice what an unbounded anisotropic conductor shows."""
    ratio = ALONG_S_M / ACROSS_S_M
    return 1000.0 / (2 * np.pi * ACROSS_S_M * np.sqrt(ratio * (depth_mm**2 + x_mm**2) + z_mm**2))


def test_without_layers_it_is_the_half_space():
    seen = sight(BARE, 20.0, 40.0, 120.0)
    far = seen.values[9, 0, 120], _bare(10, 0, 60)
    for depth, x, z in ((2, 0, 0), (3, 5, 10), (10, 0, 20), (20, 20, 0)):
        found = seen.values[depth - 1, x, 2 * z] - far[0]
        assert found == pytest.approx(_bare(depth, x, z) - far[1], rel=0.01, abs=1.2)  # periodic images, flat


def test_layers_may_be_cut_and_attenuate():
    one = sight(Layers(4.0, 1.0, 0.05, 0.05), 8.0, 20.0, 60.0).values
    other = sight(Layers(2.0, 3.0, 0.05, 0.05), 8.0, 20.0, 60.0).values
    assert np.allclose(one, other, rtol=1e-5, atol=1e-3)
    thin = sight(Layers(1.0, 1.0), 8.0, 20.0, 60.0).values
    thick = sight(Layers(8.0, 1.0), 8.0, 20.0, 60.0).values
    fall = [table[2, 0, 0] - table[2, 0, 20] for table in (thin, thick)]
    assert fall[0] > 2 * fall[1] > 0


def test_a_larger_electrode_sees_less_of_what_is_near():
    point, plate = (sight(BARE, 8.0, 20.0, 60.0, side).values[1, 0, :80] for side in (0.0, 8.0))
    assert plate[0] - plate[60] < 0.9 * (point[0] - point[60])
    assert plate[60] - plate[79] == pytest.approx(point[60] - point[79], rel=0.03)


def test_the_sources_carry_no_charge_and_no_dipole():
    current, behind = SOURCES
    assert current.sum() == pytest.approx(0.0, abs=1e-9)
    assert (current * behind).sum() == pytest.approx(0.0, abs=1e-9)
    s = np.linspace(0, 60, 600001)
    slow = 96 * np.exp(-s) * (6 * s - 6 * s**2 + s**3)
    assert current[current > 0].sum() == pytest.approx(np.trapezoid(np.maximum(slow, 0), s), rel=1e-4)


@pytest.mark.parametrize("z_mm", [0.0, 25.0, 55.0])
def test_a_fibre_gives_what_the_whole_membrane_current_gives(z_mm):
    """Slow twin: dipoles of Rosenfalck's potential on a finite fibre below a half-space, summed one by one."""
    waves, before = _waves(_fibres(depth_mm=8.0), _grid(z_mm))
    step = 0.05
    u = (np.arange(1200) + 0.5) * step
    slow = np.zeros(waves.shape[-1] - before)
    for t in range(len(slow)):
        s = np.maximum(4000.0 * t / RATE - u, 0.0)
        slope = 96.0 * np.exp(-s) * (3 * s**2 - s**3) * 1e-3
        for direction in (1.0, -1.0):
            along = z_mm - direction * u
            pull = direction * along * (_bare(8, 0, along) ** 3) * (2 * np.pi * ACROSS_S_M / 1000.0) ** 2
            slow[t] += np.sum(slope * pull) * step * WITHIN_S_M * np.pi * (25e-6) ** 2 * 1e3
    found = waves[0, 0, before:]
    assert np.abs(found - slow).max() < 0.07 * np.abs(slow).max()


def test_rows_see_the_wave_one_after_the_other_and_mirrored_on_the_other_side():
    waves, _ = _waves(_fibres(), _grid(-20.0, 10.0, 20.0, 30.0))
    # Away from the end-plate the wave is a shift: 10 mm at 4 m/s.
    lag = np.argmax(np.correlate(waves[0, 3], waves[0, 2], "full")) - (waves.shape[-1] - 1)
    assert lag == pytest.approx(0.0025 * RATE, abs=0.6)
    assert np.allclose(waves[0, 0], waves[0, 2], atol=1e-3 * np.abs(waves).max())


def test_the_end_of_a_fibre_is_seen_everywhere_at_once_and_then_all_is_over():
    waves, before = _waves(_fibres(), _grid(20.0, 100.0))
    end = before + round(0.0150 * RATE)
    # Beyond the tendon nothing travels; what is seen there is that the wave ends.
    beyond = np.abs(waves[0, 1])
    assert abs(int(np.argmax(beyond)) - end) < 0.003 * RATE
    assert np.abs(waves[0, :, end + round(0.004 * RATE) :]).max() < 1e-3 * np.abs(waves).max()


def test_columns_see_less_to_the_side():
    waves, _ = _waves(_fibres(), _grid(20.0, x_mm=(0.0, 8.0, 16.0)))
    size = np.ptp(waves[0], axis=1)
    assert size[0] > 2 * size[1] > 4 * size[2] > 0


def test_a_unit_without_a_fibre_is_silence_and_units_add_their_own():
    unit = np.array([0, 2, 2])
    waves, _ = _waves(_fibres(3), _grid(20.0), units=3, unit=unit)
    assert np.array_equal(waves[1], np.zeros_like(waves[1]))
    assert np.allclose(waves[2], 2 * waves[0], rtol=1e-6)
    none, _ = _waves(_fibres(0), _grid(20.0), units=2)
    assert none.shape[0] == 2
    assert not none.any()


def test_a_phase_is_a_part_of_a_sample_later():
    made = surface_templates(
        _fibres(), np.zeros(1, dtype=np.intp), 1, _grid(20.0), sight(BARE, 20.0, 40.0, 120.0), RATE
    )
    first, half = made.values[0, 0, 0], made.values[0, 8, 0]
    later = (first[1:] + first[:-1]) / 2
    assert np.abs(half[1:] - later).max() < 0.05 * np.abs(first).max()
