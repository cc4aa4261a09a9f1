import numpy as np
import pytest

from involuntary.decompose.unit_shape import ShapeRule, UnitShape, polarity, unit_shape

RATE = 20_000.0


def _triphasic(amplitude):
    time = np.arange(-20, 30, 1e3 / RATE)
    x = time / 1.5
    wave = (1 - x * x) * np.exp(-0.5 * x * x)
    return amplitude * wave / np.ptp(wave)


def test_a_triphasic_potential_in_numbers():
    wave = _triphasic(1000.0)
    random = np.random.default_rng(0)
    single = wave + 2 * random.standard_normal((100, wave.size))
    found = unit_shape(single.mean(axis=0), single, RATE, ShapeRule())
    assert found.amplitude_uv == pytest.approx(1000, rel=0.01)
    assert (found.phases, found.turns) == (3, 3)
    assert found.thickness_ms == pytest.approx(found.area_uv_ms / found.amplitude_uv)
    # An amplitude of 1 mV leaves the thickness alone.
    assert found.size_index == pytest.approx(found.thickness_ms, abs=0.01)
    assert found.rise_ms == pytest.approx(1.5 * np.sqrt(3), abs=0.1)
    assert found.jiggle_percent < 1


@pytest.mark.parametrize(("amplitude_uv", "level_uv"), [(90, 10), (240, 16), (3000, 20)])
def test_duration_lies_beyond_a_fifteenth_of_the_amplitude_between_10_and_20_uv(amplitude_uv, level_uv):
    wave = _triphasic(amplitude_uv)
    beyond = np.flatnonzero(np.abs(wave) > level_uv) / RATE * 1e3
    found = unit_shape(wave, np.tile(wave, (5, 1)), RATE, ShapeRule())
    assert found.duration_ms == pytest.approx(beyond[-1] - beyond[0], abs=0.06)


def test_instability_shows_as_jiggle():
    wave, random = _triphasic(500.0), np.random.default_rng(1)
    steady = wave + random.standard_normal((80, wave.size))
    unsteady = wave * random.normal(1.0, 0.3, (80, 1)) + random.standard_normal((80, wave.size))
    jiggle = [unit_shape(np.median(s, axis=0), s, RATE, ShapeRule()).jiggle_percent for s in (steady, unsteady)]
    assert jiggle[0] < 2
    assert jiggle[1] == pytest.approx(100 * 0.3 * 0.954, rel=0.25)


def test_nothing_above_the_baseline_has_no_shape():
    assert unit_shape(np.zeros(1000), np.zeros((10, 1000)), RATE, ShapeRule()) is None


@pytest.mark.parametrize(("amplitude_uv", "most_uv"), [(150.0, 20.0), (3000.0, 200.0)])
def test_where_the_ends_drown_nothing_is_measured(amplitude_uv, most_uv):
    wave, random = _triphasic(amplitude_uv), np.random.default_rng(2)
    noise = most_uv / 3 * 10 / 1.25  # three standard errors of a median of 100 discharges: the most
    quiet, loud = (wave + f * noise * random.standard_normal((100, wave.size)) for f in (0.8, 1.2))
    assert unit_shape(wave, quiet, RATE, ShapeRule()).amplitude_uv == pytest.approx(amplitude_uv, rel=0.01)
    assert unit_shape(wave, loud, RATE, ShapeRule()) is None


def test_a_few_superpositions_do_not_drown_the_ends():
    wave, random = _triphasic(500.0), np.random.default_rng(3)
    single = wave + 5 * random.standard_normal((60, wave.size))
    single[:6] += 400 * random.standard_normal((6, wave.size))
    found = unit_shape(np.median(single, axis=0), single, RATE, ShapeRule())
    beyond = np.flatnonzero(np.abs(wave) > 20) / RATE * 1e3
    assert found.duration_ms == pytest.approx(beyond[-1] - beyond[0], abs=0.4)


def _peaks(*peaks):
    """Sum of smooth peaks: height in microvolts, moment and width in milliseconds."""
    ms = 1e3 * np.arange(1000) / RATE - 25
    return sum(height * np.exp(-(((ms - at) / width) ** 2)) for height, at, width in peaks)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    ("peaks", "rise_ms", "inside"),
    [
        # Barkhaus & Nandedkar 1996: positive, then negative; sharp from the start; slow and negative from the start.
        ([(-80.0, 0.0, 0.8), (200.0, 2.0, 0.8)], 2.0, True),
        ([(200.0, 0.0, 0.15), (-60.0, 1.5, 0.8)], 0.3, True),
        ([(200.0, 0.0, 1.0), (-60.0, 3.0, 1.0)], 1.7, False),
    ],
)
def test_slow_potentials_that_begin_negative_come_from_outside_the_territory(peaks, rise_ms, inside, sign):
    wave = sign * _peaks(*peaks)
    found = unit_shape(wave, np.tile(wave, (5, 1)), RATE, ShapeRule(), sign)
    assert found.inside is inside
    assert found.rise_ms == pytest.approx(rise_ms, abs=0.15)


def test_the_steepest_way_tells_which_sign_is_negative():
    near, far = _peaks((-150.0, 0.0, 0.5), (250.0, 0.8, 0.3)), _peaks((-300.0, 0.0, 2.0), (100.0, 4.0, 2.0))
    assert polarity([far, near]) == polarity([near]) == 1.0
    assert polarity([-far, -near]) == -1.0
    assert polarity([]) == 1.0


def test_where_the_tip_lay_is_unknown_where_nobody_says():
    told = {
        "amplitude_uv": 500.0,
        "duration_ms": 9.0,
        "area_uv_ms": 700.0,
        "phases": 3,
        "turns": 2,
        "thickness_ms": 1.4,
    }
    assert UnitShape(**told, size_index=0.8, rise_ms=float("nan"), jiggle_percent=20.0).inside is None
