"""What pictures need is read in blocks and is what the samples say."""

import numpy as np
import pytest
from scipy import signal

from involuntary.model import ArraySource, Channel, ChannelKind, Events, Intervals, Recording
from involuntary.reports import traces


def made(samples, rate_hz=1000.0, kind=ChannelKind.ACCELEROMETER, segments=None):
    channel = Channel("x", kind, "V" if kind.is_emg else "m/s²", rate_hz, samples.size)
    stretches = Intervals.empty() if segments is None else segments
    return Recording("memory", (channel,), ArraySource((samples,)), stretches)


@pytest.mark.parametrize("block", [7, 100, 2**18])
@pytest.mark.parametrize("columns", [1, 10, 333])
def test_the_envelope_holds_every_sample(monkeypatch, block, columns):
    monkeypatch.setattr(traces, "_BLOCK_SAMPLES", block)
    samples = np.random.default_rng(1).normal(size=2000)
    shown = traces.envelope(made(samples), 0, columns)
    column = np.minimum((np.arange(2000) * columns) // 2000, columns - 1)
    assert np.array_equal(shown.low, [samples[column == c].min() for c in range(columns)])
    assert np.array_equal(shown.high, [samples[column == c].max() for c in range(columns)])
    assert shown.time_s[0] == pytest.approx(1 / columns)


def test_a_gap_has_no_envelope():
    gapped = made(np.ones(2000), segments=Intervals.of((10.0, 11.0), (19.0, 20.0)))
    shown = traces.envelope(gapped, 0, 10)
    assert np.flatnonzero(np.isfinite(shown.low)).tolist() == [0, 9]
    assert shown.time_s[0] == 10.5


def test_snippets_are_centred_and_do_not_cross_a_gap():
    gapped = made(np.arange(2000.0), segments=Intervals.of((10.0, 11.0), (19.0, 20.0)))
    found = traces.snippets(gapped, 0, np.array([10.0, 10.5, 15.0, 19.5, 19.9999]), 0.1)
    assert found.samples[:, 100].tolist() == [500.0, 1500.0]
    assert found.time_s[[0, 100, -1]].tolist() == [-0.1, 0.0, 0.1]


def test_aligned_snippets_have_their_peak_at_zero():
    rows = np.zeros((3, 101))
    for row, at in enumerate((47, 50, 55)):
        rows[row, at], rows[row, at + 2] = -3.0 - row, 2.0
    found = traces.aligned(traces.Snippets(np.arange(-50, 51) / 1000, rows + 7.0), 0.01)
    middle = found.samples.shape[1] // 2
    assert found.samples[:, middle].tolist() == [-3.0, -4.0, -5.0]
    assert found.time_s[middle] == 0.0


def test_the_spectrum_is_that_of_scipy():
    random = np.random.default_rng(2)
    time = np.arange(20_000) / 100.0
    samples = np.sin(2 * np.pi * 5.2 * time) + random.normal(size=time.size)
    found = traces.spectrum(made(samples, 100.0), 0, 25.0)
    frequency, density = signal.welch(samples, 100.0, "hann", 400, 200)
    kept = (frequency >= 1) & (frequency <= 25)
    assert np.array_equal(found.frequency_hz, frequency[kept])
    assert found.density == pytest.approx(density[kept], rel=0.02)


def test_emg_is_rectified_before_its_spectrum():
    random = np.random.default_rng(3)
    time = np.arange(60_000) / 1000.0
    bursts = random.normal(size=time.size) * (1 + np.sin(2 * np.pi * 6 * time))
    found = traces.spectrum(made(bursts, kind=ChannelKind.SURFACE_EMG), 0, 25.0)
    assert found.frequency_hz[np.argmax(found.density)] == pytest.approx(6.0, abs=0.25)


def test_the_spectrum_of_epochs_is_theirs_alone():
    time = np.arange(20_000) / 100.0
    samples = np.where(time < 100, np.sin(2 * np.pi * 5 * time), np.sin(2 * np.pi * 8 * time))
    found = traces.spectrum(made(samples, 100.0), 0, 25.0, within=Intervals.of((110.0, 190.0)))
    assert found.frequency_hz[np.argmax(found.density)] == 8.0
    assert found.density[found.frequency_hz == 5.0] < 1e-6


def test_a_recording_shorter_than_a_window_has_no_spectrum():
    assert traces.spectrum(made(np.ones(100), 100.0), 0, 25.0).density.size == 0


def test_the_rate_counts_usable_time_alone():
    onset = np.array([1.0, 2.0, 3.0, 35.0])
    events = Events("potential", ("x",) * 4, onset, np.zeros(4))
    found = traces.rate(events, Intervals.of((0.0, 5.0), (20.0, 40.0)), 0.0, 40.0, bins=4)
    assert found.edges_s.tolist() == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert found.per_min[[0, 2, 3]].tolist() == [36.0, 0.0, 6.0]
    assert np.isnan(found.per_min[1])


def test_answers_begin_after_the_blank_and_end_with_their_sweep():
    samples = np.arange(600.0)
    channel = Channel("soleus", ChannelKind.SURFACE_EMG, "V", 1000.0, samples.size)
    sweeps = Recording(
        "text", (channel,), ArraySource((samples,)), segments=Intervals(np.arange(6.0), np.arange(6.0) + 0.1)
    )
    found = traces.answers(sweeps, 0, np.arange(6.0), 0.5, 0.0015)
    assert found.samples.shape[0] == 6
    assert found.time_s[0] == pytest.approx(0.002)
    assert 0.09 < found.time_s[-1] < 0.1
    assert found.samples[2, 0] == 202.0
