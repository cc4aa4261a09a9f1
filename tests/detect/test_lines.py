"""Lines of electrodes from their positions."""

from dataclasses import replace

import numpy as np

from involuntary.detect.lines import Lines, lines
from involuntary.model import Channel, ChannelKind, Electrode, Recording


def recording(places, unit="mm", group=""):
    """One channel an electrode, at these (x, y)."""
    names = [f"E{i}" for i in range(len(places))]
    channels = [Channel(name, ChannelKind.SURFACE_EMG, "V", 1000.0, 10) for name in names]
    electrodes = tuple(
        Electrode(name, float(x), float(y), unit=unit, group=group, channels=(name,))
        for name, (x, y) in zip(names, places, strict=True)
    )
    return replace(Recording.from_arrays([np.zeros(10)] * len(names), channels), electrodes=electrodes)


def test_a_grid_is_looked_at_along_both_axes():
    grid = recording([(8 * x, 4 * y) for x in (0, 1) for y in (0, 1, 2)])
    assert lines(grid, range(6)) == ((Lines(8.0, ((0, 3), (1, 4), (2, 5))), Lines(4.0, ((0, 1, 2), (3, 4, 5)))),)


def test_a_missing_electrode_cuts_its_line():
    grid = recording([(0, y) for y in (0, 5, 10, 20, 25)])
    assert lines(grid, range(5)) == ((Lines(5.0, ((0, 1, 2), (3, 4))),),)
    whole = recording([(0, y) for y in (0, 5, 10, 15)])
    assert lines(whole, (0, 2, 3)) == ((Lines(5.0, ((2, 3),)),),)


def test_channels_follow_the_line_not_the_recording_and_units_are_turned_into_millimetres():
    assert lines(recording([(0, 0.02), (0, 0.0), (0, 0.01)], "m"), range(3)) == ((Lines(10.0, ((1, 2, 0),)),),)


def test_where_nothing_is_stated_there_is_no_line():
    assert lines(recording([(0, 0), (0, 5)], "percent"), range(2)) == ()
    assert lines(recording([(0, 0)]), range(1)) == ()
    assert lines(recording([(np.nan, np.nan)] * 3), range(3)) == ()


def test_arrays_of_two_groups_stay_apart():
    both = recording([(0, y) for y in (0, 5, 10, 15)])
    named = tuple(replace(e, group=g) for e, g in zip(both.electrodes, "aabb", strict=True))
    assert lines(replace(both, electrodes=named), range(4)) == (
        (Lines(5.0, ((0, 1),)),),
        (Lines(5.0, ((2, 3),)),),
    )
