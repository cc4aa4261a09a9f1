import numpy as np

from involuntary.simulators._conductor import SOURCES, Grid, Layers, sight, surface_templates
from involuntary.simulators._fibres import Fibres
from involuntary.simulators._surface_waves import _APART_MM, STEP_S, _along, waves


def test_a_wave_begins_at_the_discharge_and_ends_where_fibres_end():
    table = waves()
    assert np.all(np.abs(table).max(axis=1) == 1)
    assert np.all(np.abs(table[:, : round(0.0005 / STEP_S)]) < 0.02)
    # 92 mm at 3.1 m/s and the spread of the end-plates.
    assert np.all(np.abs(table[:, round(0.04 / STEP_S) :]) < 0.01)


def test_waves_differ_and_have_both_signs():
    table = waves()
    likeness = np.abs(np.corrcoef(table)) - np.eye(len(table))
    assert np.median(likeness.max(axis=1)) < 0.999
    assert np.all(table.max(axis=1) > 0.2)
    assert np.all(table.min(axis=1) < -0.2)


def test_a_pair_sees_what_two_electrodes_of_a_grid_see():
    """The compiled sum over fibres under a grid is an independent way to the same wave."""
    seen, pair = sight(Layers(), 18.0, 16.0, 170.0), 40.0
    one = Fibres(*(np.array([v]) for v in (2.0, 6.0, 0.0)), 70.0, *(np.array([v]) for v in (4.0, 50.0, 0.0)))
    grid = Grid(np.array([0.0]), np.array([pair - _APART_MM / 2, pair + _APART_MM / 2]))
    rate = 4000.0
    templates = surface_templates(one, np.zeros(1, dtype=np.intp), 1, grid, seen, rate)
    first, second = templates.values[0, 0]
    compiled = (first - second)[templates.before :]
    at, of = _along(seen, 6.0, 2.0, pair)
    way = 4.0 * np.arange(compiled.size) / rate * 1000
    plain = sum(
        current * np.interp(sign * np.clip(way - behind, 0.0, 70.0), at, of)
        for sign in (-1, 1)
        for current, behind in zip(*SOURCES, strict=True)
    )
    scale = np.abs(plain).max() / np.abs(compiled).max()
    assert np.abs(plain - scale * compiled).max() < 0.05 * np.abs(plain).max()
    assert np.corrcoef(plain, compiled)[0, 1] > 0.995
