import numpy as np

from involuntary.simulators._discharges import Discharges, summed, tabulate

RATE = 2000.0


def _layer(times, units=None, gain=None):
    def shapes(time):
        bell = np.exp(-0.5 * (time / 0.002) ** 2)
        return np.stack([bell, -3.0 * bell])[:, None, :]

    units = np.zeros(len(times), dtype=int) if units is None else units
    return summed(Discharges.of(np.array(times), units, gain), tabulate(shapes, RATE, 0.02, 0.02))


def _bell(time, at):
    return np.exp(-0.5 * ((time - at) / 0.002) ** 2)


def test_two_discharges_closer_than_one_potential_add():
    time = np.arange(400) / RATE
    made = _layer([0.1, 0.103])(0, 400, None)[0]
    assert np.allclose(made, _bell(time, 0.1) + _bell(time, 0.103), atol=1e-6)


def test_a_discharge_keeps_its_time_between_two_samples():
    time = np.arange(400) / RATE
    at = 0.1 + 5 / (16 * RATE)
    assert np.allclose(_layer([at])(0, 400, None)[0], _bell(time, at), atol=1e-9)
    # Finer than a sixteenth of a sample it does not go.
    assert not np.allclose(_layer([at])(0, 400, None)[0], _bell(time, 0.1), atol=1e-3)


def test_no_discharge_is_silence():
    assert np.array_equal(_layer([])(0, 100, None), np.zeros((1, 100)))


def test_unit_and_gain_belong_to_their_discharge_after_sorting():
    made = _layer([0.15, 0.05], np.array([1, 0]), np.array([2.0, 5.0]))(0, 400, None)[0]
    assert np.isclose(made[100], 5.0)
    assert np.isclose(made[300], -6.0)


def test_a_potential_that_crosses_a_border_is_in_both_parts():
    layer = _layer([0.1])
    joined = np.concatenate([layer(0, 201, None)[0], layer(201, 400, None)[0]])
    assert np.array_equal(joined, layer(0, 400, None)[0])
