import numpy as np
import pytest

from involuntary.errors import ParameterError
from involuntary.model import Events, Intervals


def _events(onsets, channel="a", **features):
    n = len(onsets)
    return Events(
        "burst", (channel,) * n, np.array(onsets), np.full(n, 0.1), {k: np.array(v) for k, v in features.items()}
    )


def test_merging_sorts_and_marks_what_was_not_measured():
    both = Events.merged("burst", [_events([3.0, 5.0], "b", rate_hz=[1.0, 2.0]), _events([4.0], "a", n=[7.0])])
    assert both.channel == ("b", "a", "b")
    assert both.onset_s.tolist() == [3.0, 4.0, 5.0]
    assert np.array_equal(both.features["rate_hz"], [1.0, np.nan, 2.0], equal_nan=True)
    assert np.array_equal(both.features["n"], [np.nan, 7.0, np.nan], equal_nan=True)


def test_rows_are_chosen_by_mask_channel_and_time():
    both = Events.merged("burst", [_events([1.0, 2.0, 3.0], "a"), _events([2.5], "b")])
    assert both[both.onset_s > 2.0].onset_s.tolist() == [2.5, 3.0]
    assert both.on("b").onset_s.tolist() == [2.5]
    assert both.within(Intervals.of((1.5, 2.6))).onset_s.tolist() == [2.0, 2.5]
    assert both.stop_s[0] == pytest.approx(1.1)


def test_nothing_merged_is_nothing():
    assert len(Events.merged("burst", [])) == 0
    assert len(Events.none("burst", ["n"])) == 0


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(
        ParameterError, match=r"^bursts: is no event kind \(did you mean 'burst'\?\); known: potential, "
    ):
        Events("bursts", (), np.empty(0), np.empty(0))


@pytest.mark.parametrize(
    ("onsets", "durations", "message"),
    [
        (
            [2.0, 1.0],
            [0.1, 0.1],
            "events: onsets must be finite and sorted, durations not negative; sort them with Events.merged",
        ),
        (
            [np.nan],
            [0.1],
            "events: onsets must be finite and sorted, durations not negative; sort them with Events.merged",
        ),
        (
            [1.0],
            [-0.1],
            "events: onsets must be finite and sorted, durations not negative; sort them with Events.merged",
        ),
        ([1.0], [0.1, 0.2], r"events: all columns must have one length; got lengths \[1, 2\]"),
    ],
)
def test_impossible_columns_are_refused(onsets, durations, message):
    with pytest.raises(ParameterError, match=f"^{message}$"):
        Events("burst", ("a",) * len(onsets), np.array(onsets), np.array(durations))
