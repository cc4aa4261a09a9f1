import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from involuntary.detect import _potential_peaks as standing
from involuntary.detect import bursts, potentials
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp import colour
from involuntary.dsp import event_kernels as kernels
from involuntary.dsp.noise import NoiseTrack, steps
from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure
from involuntary.model.recording import Block

waves = st.lists(st.integers(-9, 9), min_size=4, max_size=60)


@given(waves, st.integers(0, 4), st.integers(0, 6), st.integers(1, 8), st.data())
@settings(deadline=None)
def test_extents_are_those_of_runs_joined_around_the_peak(values, gap, core, level, data):
    wave = np.array(values, dtype=float)
    peak = data.draw(st.integers(0, wave.size - 1))
    low, high = data.draw(st.integers(0, peak)), data.draw(st.integers(peak + 1, wave.size))
    spans = np.empty((1, 2), dtype=np.intp)
    kernels.extents(wave, np.array([peak]), np.array([[low, high]]), np.array([float(level)]), gap, core, spans)
    above = joined(true_runs(np.abs(wave[low:high]) > level), gap) + low
    near = above[np.searchsorted(above[:, 1], peak - core) : np.searchsorted(above[:, 0], peak + core)]
    assert spans[0].tolist() == ([near[0, 0], near[-1, 1]] if len(near) else [peak, peak + 1])


@given(waves, st.integers(1, 8), st.integers(1, 12))
@settings(deadline=None)
def test_shapes_are_those_of_the_slow_twin(values, threshold, turn):
    wave = np.array(values, dtype=float)
    out = np.empty((1, 5))
    kernels.shapes(wave, np.array([[1, wave.size]]), np.array([float(threshold)]), np.array([float(turn)]), out)
    slow = measure(wave[1:], threshold, turn)
    assert out[0].tolist() == pytest.approx([slow.amplitude, slow.area, slow.phases, slow.turns, slow.peak])


def both(envelope, samples=None):
    """One conditioned block for the slow twins and for the kernels."""
    block = Block(np.zeros(envelope.size) if samples is None else samples, 0, 0, envelope.size)
    calm = steps(envelope, 1000, 1)
    return [
        Conditioned(block, envelope, envelope, calm, 2000.0, 20, 1000, compiled, True) for compiled in (False, True)
    ]


@given(st.lists(st.integers(0, 9), min_size=5, max_size=80), st.data())
@settings(deadline=None)
def test_peaks_are_parted_lit_and_bounded_as_by_the_slow_twins(values, data):
    envelope = np.array(values, dtype=float)
    peaks = np.array(sorted(data.draw(st.sets(st.integers(0, envelope.size - 1), min_size=1))), dtype=np.intp)
    rule = potentials.PotentialRule(refractory_ms=data.draw(st.sampled_from([0.5, 2.0])))
    slow, fast = both(envelope)
    order = standing.separate(slow, envelope, peaks, rule)
    assert standing.separate(fast, envelope, peaks, rule).tolist() == order.tolist()
    assert standing.lit(fast, envelope, order, rule).tolist() == standing.lit(slow, envelope, order, rule).tolist()
    reach, bounds = data.draw(st.integers(1, 30)), np.empty((order.size, 2), dtype=np.intp)
    kernels.valleys(envelope, order, reach, bounds)
    assert bounds.tolist() == potentials._valleys(envelope, order, reach).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tops_are_those_of_the_slow_twin_whatever_room_there_is(dtype, monkeypatch):
    random = np.random.default_rng(0)
    for n in (1, 2, 3, 66, 67, 3000):
        envelope = random.integers(0, 9, n).astype(dtype)
        envelope[: n // 3] = np.minimum(envelope[: n // 3], 1)
        for room in (1, 4096):
            monkeypatch.setattr(standing, "_ROOM", room)
            for least in (-1.0, 4.0, 7.5, 9.0):
                fast, slow = (standing.tops(envelope, least, compiled=compiled) for compiled in (True, False))
                assert fast.tolist() == slow.tolist()


@given(waves, st.data())
@settings(deadline=None)
def test_jumps_are_those_of_the_slow_twin(values, data):
    x = np.array(values, dtype=float)
    start = data.draw(st.integers(0, x.size - 1))
    spans = np.array([[start, data.draw(st.integers(start + 1, x.size))]])
    slow, fast = both(np.abs(x), x)
    assert potentials._jumps(fast, spans).tolist() == potentials._jumps(slow, spans).tolist()


@given(st.lists(st.integers(1, 9), min_size=8, max_size=60), st.data())
@settings(deadline=None)
def test_edges_of_bursts_are_those_of_the_slow_twin(values, data):
    envelope = np.array(values, dtype=float)
    start = data.draw(st.integers(0, envelope.size - 2))
    runs = np.array([[start, data.draw(st.integers(start + 1, envelope.size))]])
    rest = NoiseTrack(np.array([10.0]), np.array([0.5]), np.array([0.0]))
    slow, fast = (bursts._edges(part, rest, runs, 3, bursts.BurstRule()).tolist() for part in both(envelope))
    assert fast == slow


@pytest.mark.parametrize(("n", "hop", "lag", "half", "windows"), [
    (60_000, 4000, 2, 10, 14), (30_000, 4000, 1, 7, 6), (9000, 4000, 2, 10, 1), (50_000, 4096, 2, 2, 11),
    (9001, 400, 3, 25, 21), (2100, 1000, 10, 50, 1),
])  # fmt: skip
def test_the_envelope_without_what_is_foreseen_is_that_of_the_slow_twins(n, hop, lag, half, windows):
    from involuntary.dsp.colour import flattened
    from involuntary.dsp.envelope import rms_envelope
    from involuntary.dsp.event_kernels import flat_envelope

    random = np.random.default_rng(n)
    wave, share = random.normal(0, 5, n), random.uniform(0, 0.9, windows)
    expected = rms_envelope(flattened(wave, share, hop, lag), 1.0, 2.0 * half)[half:-half]
    for dtype, error in ((np.float32, 1e-4), (np.float64, 1e-9)):
        out = np.full(n, np.nan, dtype)
        flat_envelope(wave.astype(dtype), share, hop, lag, half, out)
        np.testing.assert_allclose(out[half:-half], expected, atol=error)


@pytest.mark.parametrize(("hop", "lag", "step"), [(1000, 2, 4), (999, 5, 3), (7, 6, 1)])
def test_pairs_are_those_of_the_slow_twin(hop, lag, step):
    wave = np.random.default_rng(2).normal(0, 1, 3 * hop + 5).astype(np.float32)
    both = colour._pairs_compiled(wave, hop, lag, step), colour._pairs(wave, hop, lag, step)
    for fast, slow in zip(*both, strict=True):
        np.testing.assert_array_equal(fast, slow)


@pytest.mark.parametrize("width", [1, 7, 8, 20, 41, 96, kernels.ADDED_ALIKE])
def test_means_are_those_of_numpy_to_the_last_bit(width):
    raw = np.random.default_rng(width).normal(3e-4, 1e-5, 5000)
    first = np.arange(-3, raw.size - width + 4)
    there = (first >= 0) & (first + width <= raw.size)
    out = np.full(first.size, -1.0)
    assert kernels.means(raw, first, width, out) == there.sum()
    assert out[there].tolist() == raw[first[there][:, None] + np.arange(width)].mean(axis=1).tolist()
    assert (out[~there] == -1.0).all()


def test_the_line_is_where_the_slow_twin_sees_it_also_at_the_ends():
    samples = np.random.default_rng(0).normal(1.0, 1.0, 4000)
    first = np.array([[-50, -20, -1, 0], [5, 3979, 3980, 4100]])
    slow, fast = (potentials._lines(part, first).tolist() for part in both(np.ones(4000), samples))
    assert fast == slow
    assert slow[0][0] == pytest.approx(samples[0])
    assert slow[1][3] == pytest.approx(samples[-1])
