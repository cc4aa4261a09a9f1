import numpy as np

from involuntary.decompose.matching import correlated, laid, overlaps
from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.superpositions import resolved

GRID = Grid(40_000.0, 1, 60, 200, 320, 4, 5)
TIME = np.linspace(-5, 5, 400)
TEMPLATES = np.stack([
    8 * np.exp(-((TIME / 0.3) ** 2)) * np.cos(4 * TIME),
    6 * np.exp(-((TIME / 0.4) ** 2)) * np.sin(5 * TIME + 0.6),
    3 * np.exp(-((TIME / 0.2) ** 2)),
])  # fmt: skip


def _resolved(truth, guess, steadied=False):
    signal = laid(20_000, TEMPLATES, truth, GRID.half) + 0.3 * np.random.default_rng(0).standard_normal(20_000)
    residual = signal - laid(signal.size, TEMPLATES, guess, GRID.half)
    score = 2 * correlated(residual, TEMPLATES, GRID.half) - np.sum(TEMPLATES**2, axis=1)[:, None]
    return resolved(residual, score, overlaps(TEMPLATES), guess, 0.3, GRID, NeedleRule(), steadied)


def _trains(*trains):
    return [np.array(train, dtype=np.intp) for train in trains]


def test_what_was_laid_by_mistake_is_laid_anew():
    truth = _trains([5000, 9000], [5030, 12000], [5060, 15000])
    found = _resolved(truth, _trains([5036, 9000], [12000], [15000]))
    assert all(np.all(np.abs(a - b) <= 1) for a, b in zip(found, truth, strict=True))


def test_what_explains_all_is_left_alone():
    truth = _trains([5000, 9000], [5030, 12000], [15000])
    assert all(np.array_equal(a, b) for a, b in zip(_resolved(truth, truth), truth, strict=True))


def test_a_discharge_that_no_energy_asks_for_is_weighed_by_the_rhythm():
    steady = list(range(1000, 19_000, 2000))
    # Two units of one place are told apart by energy; a copy of the smallest at half an interval is not there.
    early = sorted([*steady, 6000])
    found = _resolved(_trains([], [], steady), _trains([], [], early), steadied=True)
    assert np.all(np.abs(found[2] - steady) <= 1)
