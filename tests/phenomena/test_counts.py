import numpy as np
import pytest

from involuntary.model import Events, Intervals
from involuntary.phenomena._counts import fewer, gaps, merged_channels, more_than_chance, per_min, rate_interval, share


def _events(channel, peaks, snr):
    peaks = np.asarray(peaks, dtype=float)
    features = {"peak_s": peaks, "snr": np.asarray(snr, dtype=float)}
    return Events("potential", (channel,) * len(peaks), peaks - 0.004, np.full(len(peaks), 0.01), features)


def test_rate_interval_is_the_exact_poisson_one():
    # Table of Garwood's limits: 10 events, 4.795 to 18.39.
    low, high = rate_interval(10, 60.0)
    assert (low, high) == (pytest.approx(4.795, abs=1e-3), pytest.approx(18.39, abs=1e-2))
    assert rate_interval(0, 60.0) == (0.0, pytest.approx(3.689, abs=1e-3))


def test_of_nothing_there_is_no_share():
    assert np.isnan(share(1.0, 0.0))
    assert per_min(30, 60.0) == 30.0


def test_gaps_span_no_pause():
    events = _events("a", [1.0, 2.0, 11.0, 14.0], [1, 1, 1, 1])
    assert gaps(events, Intervals.of((0.0, 5.0), (10.0, 20.0))).tolist() == [1.0, 3.0]


def test_what_two_channels_saw_is_one_event_where_it_stands_out():
    one, other = _events("a", [1.0, 3.0], [5, 9]), _events("b", [1.004, 7.0], [8, 8])
    both = merged_channels([one, other], 0.010)
    assert both.channel == ("b", "a", "b")
    assert both.features["channels_n"].tolist() == [2, 1, 1]


def test_two_potentials_of_one_channel_stay_two():
    assert len(merged_channels([_events("a", [1.0, 1.009], [5, 5])], 0.010)) == 2


def test_nothing_merges_to_nothing():
    assert len(merged_channels([_events("a", [], [])], 0.010)) == 0


@pytest.mark.parametrize(
    ("n", "seconds", "others", "other_s", "so"),
    [
        (9, 95, 36, 152, True),
        (0, 100, 10, 100, True),
        (60, 100, 100, 100, False),  # not half as many
        (1, 100, 3, 100, False),  # by chance
        (3, 0, 3, 10, False),
        (3, 10, 0, 0, False),
    ],
)
def test_fewer_is_under_half_the_rate_and_beyond_chance(n, seconds, others, other_s, so):
    assert fewer(n, seconds, others, other_s) is so


def test_more_than_chance_is_a_binomial_test():
    assert not more_than_chance(0, 10, 0.1, 0.01)
    assert not more_than_chance(2, 2, 0.13, 0.01)  # 0.017
    assert more_than_chance(3, 3, 0.13, 0.01)  # 0.002
    assert not more_than_chance(20, 100, 0.13, 0.01)  # 0.03
