import numpy as np
import pytest

from involuntary.detect._clonus.beats import beats
from involuntary.detect._clonus.rule import ClonusRule
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.noise import steps
from involuntary.model.recording import Block

RULE = ClonusRule()


def block(samples, rate, *, compiled):
    whole = Block(samples, 0, 0, samples.size)
    frame = round(0.02 * rate)
    return Conditioned(
        whole, samples, np.abs(samples), steps(np.abs(samples), 1000, 5), rate, frame, 1000, compiled, True
    )


def beating(seed, rate):
    random = np.random.default_rng(seed)
    x = random.normal(0, 3, round(20 * rate))
    for start in np.cumsum(random.uniform(0.12, 0.5, 40)):
        a, n = round(start * rate), round(random.uniform(0.02, 0.12) * rate)
        x[a : a + n] += random.normal(0, random.uniform(10, 100), x[a : a + n].size)
    return x


@pytest.mark.parametrize(("seed", "rate"), [(1, 1000.0), (2, 2000.0), (3, 4800.0)])
def test_the_kernel_measures_as_its_slow_twin(seed, rate):
    x = beating(seed, rate)
    spans = np.array([[0, x.size // 3], [x.size // 3 + 50, x.size // 2], [x.size // 2 + 7, x.size]])
    slow, fast = (beats(block(x, rate, compiled=compiled), spans, 3.0, RULE) for compiled in (False, True))
    assert slow.middle.size > 30
    for name in ("begin", "middle", "start", "stop"):
        assert getattr(fast, name).tolist() == getattr(slow, name).tolist()
    for name in ("power", "height", "trough", "single"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(fast.above[: x.size // 3], slow.above[: x.size // 3], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("compiled", [False, True])
def test_silence_and_no_stretch_hold_no_contraction(compiled):
    flat = block(np.zeros(20000), 1000.0, compiled=compiled)
    assert beats(flat, np.array([[100, 9000]]), 1.0, RULE).middle.size == 0
    assert beats(flat, np.empty((0, 2), dtype=np.intp), 1.0, RULE).middle.size == 0


def test_what_lies_near_the_largest_deflection_is_its_share_of_the_energy():
    x = np.zeros(3000)
    for at in (1000, 1200, 1400):
        x[at - 4 : at + 5] = [30.0, 150.0, 300.0, 200.0, 0.0, -200.0, -300.0, -150.0, -30.0]
    found = beats(block(x, 1000.0, compiled=False), np.array([[0, 3000]]), 3.0, RULE)
    assert found.middle.tolist() == pytest.approx([1000, 1200, 1400], abs=2)
    assert np.all(found.single > 0.99)
