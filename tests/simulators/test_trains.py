import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.simulators._trains import fire


def test_intervals_grow_and_potentials_shrink():
    fired = fire([(1.0, 3, 6, 100.0)], 1.2, 0.1, np.random.default_rng(0))
    between = np.diff(fired.time_s)
    assert fired.time_s[0] == 1.0
    assert between == pytest.approx(0.01 * 1.2 ** np.arange(5), rel=0.25)
    assert fired.gain == pytest.approx(0.9 ** np.arange(6))
    assert set(fired.unit) == {3}


def test_one_discharge_is_a_train_of_one():
    assert len(fire([(1.0, 0, 1, 100.0)], 1.2, 0.0, np.random.default_rng(0))) == 1


def test_tetany_has_groups_of_four_or_more_that_recur_for_two_minutes():
    # Deecke 1983: multiplets of at least four, rhythmic and grouped, for at least two minutes.
    recording, (truth,) = simulate("tetany", 150, 1)
    assert truth.kind == "train"
    assert truth.features["n"].min() >= 4
    assert np.ptp(truth.onset_s) > 120
    of_one = truth.onset_s[truth.features["unit_id"] == truth.features["unit_id"][0]]
    between = np.diff(of_one)
    assert between.std() / between.mean() < 0.2
    x, rate = recording.samples(0), recording.channels[0].rate_hz
    first = int(truth.onset_s[0] * rate)
    assert np.std(x[first : first + 40]) > 3 * np.std(x[: first - 40])


def test_the_healthy_show_doublets_and_triplets():
    _, (truth,) = simulate("tetany", 60, 2, smallest_n=2, largest_n=3)
    assert set(truth.features["n"]) == {2.0, 3.0}


def test_calcium_makes_doublets_and_then_multiplets_of_the_impulses():
    impulses, mean = [], []
    for calcium in (1.2, 0.85, 0.6):
        _, truth = simulate("tetany", 40, 3, calcium_mmol_l=calcium)
        number = np.concatenate([one.features.get("n", np.ones(len(one))) for one in truth])
        impulses.append(len(number))
        mean.append(number.mean())
        assert {one.kind for one in truth} <= {"train", "potential"}
    assert min(impulses) > 60
    assert mean[0] < 1.1
    assert 1.5 < mean[1] < mean[2]
    assert mean[2] >= 4


@pytest.mark.parametrize(("rhythm", "low", "high"), [("irregular", 0.6, 1.3), ("grouped", 0.05, 0.3)])
def test_neuromyotonia_is_irregular_and_myokymia_recurs(rhythm, low, high):
    _, (truth,) = simulate("neuromyotonia", 200, 3, rhythm=rhythm)
    units = truth.features["unit_id"]
    spread = []
    for unit in np.unique(units):
        between = np.diff(truth.onset_s[units == unit])
        spread.append(between.std() / between.mean())
    assert low < np.mean(spread) < high


def test_rates_within_bursts_lie_in_the_published_range():
    _, (truth,) = simulate("neuromyotonia", 100, 4)
    rate = truth.features["rate_hz"][np.isfinite(truth.features["rate_hz"])]
    # Maddison 2006: 30 to 300 Hz; intervals grow, so the mean lies below the first.
    assert rate.min() > 15
    assert rate.max() < 300


def test_an_unknown_rhythm_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("neuromyotonia", 10, rhythm="regular")
    assert str(caught.value) == "neuromyotonia.rhythm: must be irregular or grouped; got 'regular'"
