"""Pictures from values: gain, marks and axes."""

import re

import numpy as np
import pytest

from involuntary.model import Channel, ChannelKind, Events, Intervals
from involuntary.reports import figures
from involuntary.reports.traces import Envelope, Rate, Snippets, Spectrum

EMG = Channel("calf", ChannelKind.SURFACE_EMG, "V", 1000.0, 100_000, "µV")
TIME = np.arange(100) + 0.5


def panel(high_uv, unusable=None, events=(), channel=EMG):
    high = np.broadcast_to(np.asarray(high_uv) * 1e-6, TIME.shape)
    return figures.Panel(channel, Envelope(TIME, -high, high), events, unusable or Intervals.empty())


def labels(text):
    return re.findall(r">([^<>]+)</text>", text)


def test_an_artefact_does_not_set_the_gain():
    artefact = np.where((TIME > 40) & (TIME < 46), 5000.0, 50.0)
    marked = figures.overview("p", [panel(artefact, Intervals.of((40.0, 46.0)))], (0.0, 100.0))
    unmarked = figures.overview("p", [panel(artefact)], (0.0, 100.0))
    assert "µV" in labels(marked.wide)
    assert "50" in labels(marked.wide)
    assert "mV" in labels(unmarked.wide)
    assert "hatch" not in marked.wide
    assert "var(--shade)" in marked.wide
    assert "var(--shade)" not in unmarked.wide


def test_noise_is_not_blown_up_beside_a_signal():
    other = Channel("rest", ChannelKind.SURFACE_EMG, "V", 1000.0, 100_000, "µV")
    alone = figures.overview("p", [panel(2.0, channel=other)], (0.0, 100.0))
    beside = figures.overview("p", [panel(200.0), panel(2.0, channel=other)], (0.0, 100.0))
    assert "2" in labels(alone.wide)
    assert "50" in labels(beside.wide)


def test_ticks_are_no_more_than_columns():
    onset = np.linspace(0, 99, 50_000)
    many = Events("potential", ("calf",) * onset.size, onset, np.zeros(onset.size))
    few = Events("potential", ("calf",) * 2, [10.0, 90.0], [0.0, 0.0])
    dense = figures.overview("p", [panel(50.0, events=(("c1", many),))], (0.0, 100.0))
    sparse = figures.overview("p", [panel(50.0, events=(("c1", few),))], (0.0, 100.0))
    assert len(dense.wide) - len(sparse.wide) < 60_000


@pytest.mark.parametrize(
    ("span", "label"), [((0.0, 2.0), "Time (s)"), ((0.0, 600.0), "Time (min)"), ((0.0, 30_000.0), "Time (h)")]
)
def test_the_time_axis_takes_the_unit_that_fits(span, label):
    assert label in labels(figures.overview("p", [panel(50.0)], span).wide)


def test_a_rate_of_nothing_can_be_drawn():
    nothing = Rate(np.array([0.0, 50.0, 100.0]), np.array([0.0, np.nan]))
    text = figures.rates("p", [("calf", "burst", "c1", nothing, Intervals.empty())], (0.0, 100.0)).wide
    assert "per min" in labels(text)


def test_one_event_is_a_trace_and_many_are_superimposed():
    time = np.arange(-10, 11) / 1000
    one = figures.Closeup("burst", EMG, Snippets(time, np.sin(time * 500)[None] * 1e-4), "c2")
    many = figures.Closeup("3 potentials", EMG, Snippets(time, np.outer([1, 2, 3], np.sin(time * 500)) * 1e-4), "c2")
    single, several = figures.closeups("p", [one]), figures.closeups("p", [many])
    assert single.caption == "The longest."
    assert "median" in several.caption
    assert "var(--c2)" not in single.wide
    assert "var(--c2)" in several.wide
    assert "Time (ms)" in labels(several.wide)


def test_a_flat_spectrum_can_be_drawn():
    flat = figures.Peak(EMG, Spectrum(np.arange(1.0, 26.0), np.zeros(25)), None, of_epochs=False)
    assert "Frequency (Hz)" in labels(figures.spectra("p", [flat]).wide)
    assert "calf  ·  rectified" in labels(figures.spectra("p", [flat]).wide)


def test_answers_of_several_strengths_have_no_median():
    time = np.arange(2, 23) / 1000
    views = figures.Closeup(
        "after 3 stimuli", EMG, Snippets(time, np.outer([1, 2, 3], np.sin(time * 500)) * 1e-4), "c2"
    )
    drawn = figures.closeups("p", [views])
    assert "median" not in drawn.caption
    assert "Time after the stimulus (ms)" in labels(drawn.wide)
