import numpy as np

from involuntary.simulators._anatomy import Anatomy, innervation, lay


def test_fibres_are_shared_so_that_few_units_have_many():
    number = innervation(100, 50000, 20.0)
    assert number.sum() == 50000
    assert np.all(np.diff(number) >= -1)
    assert 15 < number[-1] / number[0] < 25
    assert innervation(0, 100, 20.0).size == 0


def test_fibres_lie_in_the_muscle_and_in_their_territory():
    muscle = Anatomy()
    fibres, unit = lay(muscle, 40, np.random.default_rng(1))
    depth = fibres.y_mm - muscle.depth_mm / 2
    assert len(fibres) == muscle.fibres == len(unit)
    assert np.all(np.hypot(fibres.x_mm / 20, depth / 10) < 1.05)
    assert fibres.y_mm.min() >= 1.0
    for number in (3, 39):
        own = unit == number
        reach = np.sqrt(own.sum() / (np.pi * muscle.density_per_mm2))
        assert np.ptp(fibres.x_mm[own]) < 2.05 * reach
    assert fibres.velocity_m_s[unit == 39].mean() > fibres.velocity_m_s[unit == 0].mean() + 0.5


def test_a_muscle_without_fibres_is_empty():
    fibres, unit = lay(Anatomy(fibres=0), 5, np.random.default_rng(0))
    assert len(fibres) == len(unit) == 0
