"""Recordings of one session as one: samples, times, marks and what cannot be joined."""

import numpy as np
import pytest

from involuntary.detect import usable
from involuntary.errors import RecordingError
from involuntary.model import Annotation, ArraySource, Channel, ChannelKind, Intervals, Recording, join


def _recording(n, begin=0.0, rate=100.0, marks=(), names=("x", "y"), **more):
    channels = [Channel(name, ChannelKind.ACCELEROMETER, "m/s²", rate, n) for name in names]
    arrays = [begin + k * 1e4 + np.arange(n) for k in range(len(names))]
    return Recording("memory", tuple(channels), ArraySource(tuple(arrays)), annotations=tuple(marks), **more)


def test_samples_follow_each_other_and_times_leave_a_gap():
    joined = join(
        [_recording(300), _recording(200, 1000.0), _recording(100, 5000.0)], ["rest", "posture", "load 500 g"]
    )
    expected = np.concatenate([np.arange(300), 1000 + np.arange(200), 5000 + np.arange(100)])
    np.testing.assert_array_equal(joined.samples(0), expected)
    np.testing.assert_array_equal(joined.samples(1), expected + 1e4)
    for start, stop in ((0, 1), (299, 301), (100, 550), (300, 500), (599, 600), (0, 600), (300, 300)):
        np.testing.assert_array_equal(joined.samples(0, start, stop), expected[start:stop])
    assert list(joined.segments) == [(0, 3), (4, 6), (7, 8)]
    assert joined.segment_samples(0) == ((0, 300), (300, 500), (500, 600))
    assert [(mark.onset_s, mark.duration_s, mark.text) for mark in joined.annotations] == [
        (0, 3, "rest"), (4, 2, "posture"), (7, 1, "load 500 g"),
    ]  # fmt: skip
    assert "the time between them is not known" in joined.notes[0]


def test_gaps_and_marks_of_a_part_move_with_it():
    part = _recording(600, marks=[Annotation(12.0, 0.5, "pulled")], segments=Intervals.of((5.0, 7.0), (11.0, 15.0)))
    joined = join([_recording(100), part], ["rest", "posture"])
    assert list(joined.segments) == [(0, 1), (2, 4), (8, 12)]
    assert [(m.onset_s, m.duration_s) for m in joined.annotations] == [(0, 1), (2, 10), (9, 0.5)]


@pytest.mark.parametrize("rates", [(2000.0, 100.0), (2048.0, 148.15), (1000.0, 333.3)])
def test_channels_that_end_apart_stay_aligned_in_every_part(rates):
    def part(seconds, begin):
        n = [round(seconds * rate) - k for k, rate in enumerate(rates)]
        channels = [
            Channel(f"c{k}", ChannelKind.OTHER, "V", r, m) for k, (r, m) in enumerate(zip(rates, n, strict=True))
        ]
        arrays = [begin + np.arange(m) / r for r, m in zip(rates, n, strict=True)]
        return Recording("memory", tuple(channels), ArraySource(tuple(arrays)))

    joined = join([part(3.7, 0.0), part(2.3, 100.0), part(4.1, 200.0)], ["a", "b", "c"])
    for channel, rate in enumerate(rates):
        samples = joined.samples(channel)
        assert samples.size == joined.channels[channel].n_samples
        time = joined.time_s(channel, np.arange(samples.size))
        starts = joined.segments.start_s[np.searchsorted(joined.segments.start_s, time + 0.5 / rate, side="right") - 1]
        # Each part's samples hold the time since it began.
        assert np.max(np.abs(samples % 100 - (time - starts))) <= 1 / rate


def test_what_not_all_have_is_left_out_by_name():
    joined = join([_recording(100), _recording(100, names=("y", "z"))], ["rest", "posture"])
    assert [channel.name for channel in joined.channels] == ["y"]
    np.testing.assert_array_equal(joined.samples(0), [*(1e4 + np.arange(100)), *np.arange(100)])
    assert joined.notes[1] == "left out, because not every recording has it: x, z"


@pytest.mark.parametrize(
    ("others", "names", "message"),
    [
        ([_recording(9, names=("a",))], ["rest", "posture"], "the recordings share no channel; got x, y; a"),
        ([_recording(9, rate=50.0)], ["rest", "posture"], "must be of one kind, unit and rate in all recordings"),
        ([_recording(9)], ["rest"], "needs a name for each recording"),
    ],
)
def test_refusals(others, names, message):
    with pytest.raises(RecordingError, match=message):
        join([_recording(9), *others], names)


def test_the_range_is_the_widest_and_what_is_clipped_is_judged_part_by_part():
    random = np.random.default_rng(1)

    def recorded(limit):
        samples = np.clip(limit / 2 * random.normal(size=4000), -limit, limit)
        channel = Channel("emg", ChannelKind.NEEDLE_EMG, "V", 1000.0, samples.size, lowest=-limit, highest=limit)
        return Recording("memory", (channel,), ArraySource((samples,)))

    def lost(recording):
        return dict(usable.detect(recording, 0, usable.UsableRule()).unusable).get("clipped", Intervals.of()).total_s

    small, large = recorded(1e-4), recorded(1e-2)
    large_alone = lost(large)
    joined = join([small, large], ["site 1", "site 2"])
    assert (joined.channels[0].lowest, joined.channels[0].highest) == (-1e-2, 1e-2)
    # Lone samples at the narrower range are lost to sight; the wider part is judged as it is alone.
    assert large_alone > 0
    assert lost(joined) == pytest.approx(large_alone, abs=0.05)
    plateau = recorded(1e-4).samples(0).copy()
    plateau[2000:2010], plateau[1999] = 1e-4, 0.0
    part = Recording("memory", small.channels, ArraySource((plateau,)))
    assert lost(join([part, large], ["site 1", "site 2"])) > lost(joined) + 0.009


def test_a_part_that_says_itself_what_it_is_says_it_once():
    part = _recording(300, marks=[Annotation(0.0, 3.0, "Rest"), Annotation(1.0, 0.0, "pulled")])
    joined = join([part, _recording(100)], ["rest", "posture"])
    assert [mark.text for mark in joined.annotations] == ["rest", "pulled", "posture"]
