import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from involuntary.dsp.artefacts import glitches, slow_and_fast
from involuntary.dsp.quality_kernels import rests
from involuntary.dsp.runs import equal_runs

RATE = 1000


def signals(n):
    random = np.random.default_rng(n)
    noise = random.normal(0, 5.0, n)
    lone = noise.copy()
    lone[random.choice(n, 2 + n // 300, replace=False)] += 500.0
    return {"noise": noise, "lone": lone, "zero": np.zeros(n), "steps": np.round(noise / 5), "ramp": 0.1 * np.arange(n)}


@pytest.mark.parametrize("n", [999, 1000, 1001, 1999, 2000, 2001, 60003])
@pytest.mark.parametrize("name", ["noise", "lone", "zero", "steps", "ramp"])
def test_the_kernels_see_what_their_slow_twins_see(n, name):
    x = signals(n)[name]
    slow = glitches(x, RATE, 25.0, 0.15)
    assert glitches(x, RATE, 25.0, 0.15, compiled=True).tolist() == slow.tolist()
    if name == "lone" and n > 60000:
        assert slow.size > 100
    for frame in (25, 33):
        for a, b in zip(slow_and_fast(x, frame, RATE), slow_and_fast(x, frame, RATE, compiled=True), strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-9)


def test_more_glitches_than_there_was_room_for_are_all_found():
    x = np.random.default_rng(0).normal(0, 0.01, 60000)
    x[20::40] += 500.0
    slow = glitches(x, RATE, 25.0, 0.15)
    assert slow.size > 1024
    assert glitches(x, RATE, 25.0, 0.15, compiled=True).tolist() == slow.tolist()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90)), min_size=1, max_size=40), st.integers(2, 5))
@settings(deadline=None)
def test_rests_are_the_equal_runs_of_the_slow_twin(runs, shortest):
    ramp = np.arange(100) / 7
    x = np.concatenate([np.full(n, float(v)) if v else ramp[:n] for v, n in runs])
    out = np.empty((1000, 2), dtype=np.intp)
    n, lowest, highest = rests(x, shortest, out)
    assert out[:n].tolist() == equal_runs(x, shortest).tolist()
    assert (lowest, highest) == (x.min(), x.max())
    assert rests(x, shortest, out[:0])[0] == n
