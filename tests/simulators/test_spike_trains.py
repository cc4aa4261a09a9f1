import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.simulators import from_spike_trains, to_spike_trains
from involuntary.simulators._discharges import Discharges
from involuntary.simulators.grid import GridParameters, under_grid

pytest.importorskip("neo")
SMALL = GridParameters(units=3, fibres=300, rows_n=2, columns_n=1, noise_uv=0.0, mains_uv=0.0)


def test_discharges_come_back_from_spike_trains():
    fired = Discharges.by_unit([np.array([0.1, 0.5]), np.empty(0), np.array([0.2])])
    trains = to_spike_trains(fired, 1.0)
    assert [len(train) for train in trains] == [2, 0, 1]
    again = from_spike_trains([train.rescale("ms") for train in trains])
    assert np.allclose(again.time_s, fired.time_s)
    assert np.array_equal(again.unit, fired.unit)


def test_truth_gives_the_discharges_of_each_unit():
    _, (truth,) = simulate("grid", 3, 1, units=4, fibres=400, rows_n=2, columns_n=1)
    trains = to_spike_trains(truth, 3.0)
    own = truth.features["discharge_s"][truth.features["unit_id"] == 0]
    assert np.allclose(trains[0].magnitude, np.sort(own))
    assert trains[1].annotations["unit_id"] == 1


def test_spike_trains_of_others_are_seen_under_the_grid():
    fired = from_spike_trains(to_spike_trains(Discharges.by_unit([np.array([0.3, 0.7]), np.array([0.5])]), 1.0))
    recording, (truth,) = under_grid(fired, 1.0, 2, SMALL)
    assert sorted(truth.features["discharge_s"]) == pytest.approx([0.3, 0.5, 0.7])
    x = recording.samples(0)
    assert not x[: int(0.29 * 2048)].any()
    assert np.abs(x[int(0.3 * 2048) : int(0.35 * 2048)]).max() > 1e-6


def test_more_trains_than_units_are_refused():
    fired = Discharges.by_unit([np.array([0.1])] * 5)
    with pytest.raises(ParameterError) as caught:
        under_grid(fired, 1.0, 0, SMALL)
    assert str(caught.value) == "grid.units: must be at least 5, as many as fire; got 3"
