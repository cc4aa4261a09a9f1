import numpy as np
import pytest

from involuntary.detect._jerk_rows import COLUMNS, calm_around, measured
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.noise import steps
from involuntary.model.recording import Block


def block(wave, rate, *, compiled):
    whole, envelope = Block(wave, 0, 0, wave.size), np.abs(wave)
    return Conditioned(whole, wave, envelope, steps(envelope, 1000, 5), rate, 20, 1000, compiled, True)


def jerking(seed, rate):
    """Bursts over noise, some next to one another and at either end of the block, and where they lie."""
    random = np.random.default_rng(seed)
    wave = random.normal(0, 3, round(20 * rate)).astype(np.float32)
    start = np.append(0, np.cumsum(random.uniform(0.06, 0.6, 40)) * rate).astype(int)
    stop = np.minimum(start + (random.uniform(0.005, 0.05, start.size) * rate).astype(int), wave.size)
    held = np.column_stack([start, stop])[start < wave.size - 10]
    held[-1] = wave.size - 40, wave.size
    for a, b in held.tolist():
        wave[a:b] += random.normal(0, random.uniform(10, 400), b - a).astype(np.float32)
    return wave, held


@pytest.mark.parametrize(("seed", "rate"), [(1, 1000.0), (2, 2000.0), (3, 4800.0), (4, 250.0)])
def test_the_kernel_measures_as_its_slow_twin(seed, rate):
    wave, held = jerking(seed, rate)
    chosen = np.flatnonzero(np.arange(len(held)) % 5 != 2)
    slow, fast = (measured(block(wave, rate, compiled=c), held, chosen, round(0.04 * rate)) for c in (False, True))
    assert slow.shape == (len(chosen), COLUMNS)
    assert np.count_nonzero(np.isfinite(slow[:, 6])) > 20
    np.testing.assert_array_equal(fast[:, :3], slow[:, :3])
    np.testing.assert_allclose(fast, slow, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_burst_in_silence_has_its_own_edges(compiled):
    wave = np.zeros(3000, dtype=np.float32)
    wave[1000:1050] = 80 * np.sin(np.arange(50) * 0.9 + 0.8)
    row = measured(block(wave, 1000.0, compiled=compiled), np.array([[1005, 1040]]), np.array([0]), 40)[0]
    assert row[:2] == pytest.approx([1000, 1050], abs=1)
    assert row[3:6] == pytest.approx([160, 80 / np.sqrt(2), 0], rel=0.05)
    assert row[6] == pytest.approx(0.9 * 1000 / (2 * np.pi), rel=0.1)


@pytest.mark.parametrize("compiled", [False, True])
def test_nothing_chosen_gives_no_row(compiled):
    part = block(np.zeros(3000, dtype=np.float32), 1000.0, compiled=compiled)
    assert measured(part, np.empty((0, 2), np.intp), np.empty(0, np.intp), 40).shape == (0, COLUMNS)


def test_calm_is_what_lies_in_no_burst_and_near_none():
    part = block(np.arange(3000, dtype=np.float32), 1000.0, compiled=False)
    calm = calm_around(part, np.array([[900, 950], [1000, 1100], [1590, 1700]]), 1)
    assert calm.tolist() == [*range(500, 880), *range(970, 980), *range(1120, 1570)]
