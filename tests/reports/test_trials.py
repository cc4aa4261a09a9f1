"""Which points a test is read from."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.model import (
    Channel,
    ChannelKind,
    Events,
    Measurement,
    Observation,
    Recording,
    RecordingSummary,
    Reference,
)
from involuntary.model.recording import Annotation
from involuntary.reports import figures
from involuntary.reports.pictures import pictures
from involuntary.reports.trials import caption, plots


def observed(*events, measured=()):
    source = Reference("expert-judgement", "a test")
    measurements = tuple(
        Measurement(f"evoked.{name}@{channel}", "evoked", channel, 1.0, "1", 6, 60.0, "good", "a test", source)
        for channel, name in measured
    )
    return Observation(RecordingSummary("bdf", 60.0, ()), events, measurements, (), (), "0")


def answers(onset, **features):
    onset = np.asarray(onset, dtype=np.float64)
    table = {name: np.asarray(values, dtype=np.float64) for name, values in features.items()}
    return Events("response", ("soleus",) * onset.size, onset, np.zeros(onset.size), table)


LEVEL, LATE = [1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1]
BOTH = answers(range(6), amplitude_mv=[1, 6, 2, 5, 3, 4], level=LEVEL, late=LATE)


def test_early_and_late_waves_by_strength():
    (plot,) = plots(observed(BOTH, measured=[("soleus", "m_max")]))
    assert [(one.name, one.x.tolist(), one.y.tolist()) for one in plot.series] == [
        ("M wave", [1, 2, 3], [1, 2, 3]),
        ("late wave", [1, 2, 3], [6, 5, 4]),
    ]
    assert (plot.channel, plot.unit) == ("soleus", "mV")


@pytest.mark.parametrize(
    ("measured", "names"),
    [
        ([("soleus", "r1_persistence"), ("soleus", "r2_persistence")], ["R1", "R2"]),
        ([("soleus", "mep_persistence")], ["motor evoked potential", "late wave"]),
        ([("soleus", "m_max"), ("soleus", "r1_persistence")], ["M wave or R1", "late wave or R2"]),
        ([("tibialis", "m_max")], ["early wave", "late wave"]),
    ],
)
def test_waves_are_named_by_what_was_stimulated(measured, names):
    (plot,) = plots(observed(BOTH, measured=measured))
    assert [one.name for one in plot.series] == names


def test_answers_to_growing_stimuli_of_the_supraorbital_nerve_are_no_m_waves():
    time_s = np.arange(20_000) / 2000.0
    at = np.linspace(0.5, 9, 12)
    bump = sum(np.exp(-(((time_s - t - 0.012) / 0.001) ** 2)) for t in at)
    samples = 1e-3 * bump + 1e-6 * np.random.default_rng(1).standard_normal(time_s.size)
    channel = Channel("orbicularis oculi", ChannelKind.SURFACE_EMG, "V", 2000.0, samples.size)
    marks = [Annotation(t, 0.0, f"supraorbital {5 + i % 4} mA") for i, t in enumerate(at)]
    recording = Recording.from_arrays([samples], [channel], annotations=marks)
    (plot,) = plots(iv.observe(recording, phenomena=["evoked"]))
    assert [one.name for one in plot.series] == ["R1"]


def test_one_strength_is_no_curve():
    assert plots(observed(answers(range(6), amplitude_mv=np.ones(6), level=np.full(6, 2.0)))) == ()


def test_trains_are_cut_at_their_pauses():
    onset = [0, 0.3, 0.6, 10, 10.3, 10.6, 10.9]
    (plot,) = plots(observed(answers(onset, amplitude_mv=[8, 7, 6, 8, 7, 6, 5])))
    assert [one.x.tolist() for one in plot.series] == [[1, 2, 3], [1, 2, 3, 4]]
    assert [one.y.tolist() for one in plot.series] == [[8, 7, 6], [8, 7, 6, 5]]


@pytest.fixture(scope="module")
def stretched():
    recording, _ = iv.simulate("spasticity", duration=60, seed=1, threshold_deg=95)
    return recording, iv.observe(recording, phenomena=["spasticity"])


def test_the_line_of_the_stretches_is_the_measured_one(stretched):
    (plot,) = plots(stretched[1])
    slope, threshold = plot.line
    assert threshold == pytest.approx(95, abs=2)
    assert plot.series[0].y == pytest.approx(threshold + slope * plot.series[0].x, abs=8)
    assert "What the test is read from" in [one.title for one in pictures(*stretched[::-1], "o").shown]


def test_the_line_is_that_of_the_channel_and_not_of_one_that_ends_with_its_name(stretched):
    observation = stretched[1]
    held = [m for m in observation.measurements if m.channel == plots(observation)[0].channel]
    other = [replace(m, channel=f"left {m.channel}", value=0.0) for m in held]
    first = replace(observation, measurements=(*other, *observation.measurements))
    assert len(held) > 1
    assert plots(first)[0].line == plots(observation)[0].line


def test_series_are_named_where_there_are_several():
    plot = plots(observed(answers([0, 0.3, 0.6, 5, 5.3, 5.6], amplitude_mv=[8, 7, 6, 8, 7, 6])))
    drawn = figures.points("p", plot)
    assert "train 2" in drawn.wide
    assert "train 2" in drawn.narrow


def test_windows_of_a_contraction_by_time_with_their_lines():
    source = Reference("expert-judgement", "a test")
    told = {"velocity_start": 4.4, "velocity_slope": -0.5, "median_frequency_start": 100.0}
    measured = tuple(
        Measurement(f"fatigue.{name}@E1", "fatigue", "E1", value, "1", 3, 3.0, "good", "a test", source)
        for name, value in told.items()
    )
    features = {
        "velocity_m_s": np.array([4.4, np.nan, 4.3]),
        "median_frequency_hz": np.array([100.0, 99.0, 98.0]),
        "mean_frequency_hz": np.array([110.0, 109.0, 108.0]),
    }
    windows = Events("tonic", ("E1",) * 3, np.array([5.0, 6.0, 7.0]), np.ones(3), features)
    velocity, frequency = plots(Observation(RecordingSummary("bdf", 60.0, ()), (windows,), measured, (), (), "0"))
    assert (velocity.title, velocity.unit, velocity.series[0].x.tolist()) == ("velocity by time", "m/s", [5.0, 7.0])
    assert velocity.line == pytest.approx((-0.022, 4.4 + 0.022 * 5))
    assert [one.name for one in frequency.series] == ["median", "mean"]
    assert frequency.line is None
    plain = Events("tonic", ("E1",), np.array([5.0]), np.ones(1), {"rms_uv": np.ones(1)})
    assert plots(observed(plain)) == ()


def paired(limit_us):
    """Two pairs at one site: one steady, one that moves, is blocked once and overlaid once."""
    source = Reference("expert-judgement", "a test")
    owner = "transmission-failure"
    measured = tuple(
        Measurement(f"{owner}.jitter_{i}@EDC", owner, "EDC", value, "µs", 4, 9.0, "good", "a test", source)
        for i, value in ((1, 4.0), (2, 60.0))
    )
    features = {
        "pair": np.array([1.0, 2.0] * 4),
        "interval_us": np.array([1000.0, np.nan, 1004.0, 700.0, 1000.0, np.nan, 1004.0, 760.0]),
        "blocked": np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        "limit_us": np.full(8, limit_us),
    }
    events = Events("potential", ("EDC",) * 8, np.repeat(np.arange(4.0), 2), np.zeros(8), features)
    return Observation(RecordingSummary("bdf", 9.0, ()), (events,), measured, (), (), "0")


def test_intervals_of_pairs_by_discharge_and_jitter_with_its_limit():
    intervals, jitter = plots(paired(36.0))
    drawn = {one.name: one for one in intervals.series}
    assert list(drawn) == ["within the limit", "beyond the limit", "blocked"]
    assert drawn["within the limit"].y[:4].tolist() == [-2, 2, -2, 2]
    assert drawn["beyond the limit"].y[:4] == pytest.approx([np.nan, -30, np.nan, 30], nan_ok=True)
    assert drawn["blocked"].x == pytest.approx([1.6])
    assert drawn["blocked"].y.max() < -30
    assert [(one.name, one.x.tolist(), one.y.tolist()) for one in jitter.series] == [
        ("within the limit", [1], [4]),
        ("beyond the limit", [2], [60]),
    ]
    assert jitter.line == (0.0, 36.0)
    assert caption((intervals, jitter)) == (
        "Each point is one discharge or one pair; dashed: the strictest limit of one pair."
    )
    assert "blocked" in figures.points("p", (intervals, jitter)).narrow


def test_pairs_without_a_limit_are_on_no_side_of_it():
    intervals, jitter = plots(paired(np.nan))
    assert [one.name for one in intervals.series] == ["fired", "blocked"]
    assert jitter.line is None


def test_the_page_of_a_jitter_study_draws_its_pairs():
    recording, _ = iv.simulate("jitter", duration=20, seed=3, jitter_us=80, site_s=5, sampling_hz=25000)
    settings = {"transmission-failure.muscle": "frontalis", "transmission-failure.electrode": "concentric"}
    observation = iv.observe(recording, phenomena=["transmission-failure"], settings=settings)
    _, jitter = plots(observation)
    assert sum(one.x.size for one in jitter.series) == 4
    assert jitter.line[1] == pytest.approx(36.0)
    titles = [one.title for one in pictures(observation, recording, "o").shown]
    assert titles == ["Traces", "What the test is read from"]
