import numpy as np
import pytest

from involuntary.dsp.heaps import halves, two_heaps


def noise(n, seed):
    return np.random.default_rng(seed).standard_normal((n, 40))


@pytest.mark.parametrize("n", [25, 60, 200])
def test_noise_is_one_heap(n):
    assert sum(halves(noise(n, seed), 3) is not None for seed in range(50)) <= 1


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_two_shapes_are_two_heaps(share):
    left = noise(80, 1)
    other = np.arange(80) < 80 * share
    left[other, :10] += 3.0
    second = halves(left, 3)
    assert second is not None
    assert max(np.mean(second == other), np.mean(second != other)) == 1.0


def test_a_few_coincidences_are_no_heap():
    left = noise(80, 2)
    left[:5, 20:30] += 30.0
    assert halves(left, 3) is None


def test_too_few_are_never_parted():
    left = noise(12, 3)
    left[:6] += 50.0
    assert halves(left, 3) is None


def test_two_heaps_are_told_from_one_that_was_cut():
    rng = np.random.default_rng(11)
    line = np.zeros(40)
    line[10:14] = 1.0
    every = rng.standard_normal((60, 40)) + 4 * rng.standard_normal((60, 1)) * line
    along = every @ line
    assert not two_heaps(every[along < np.median(along)], every[along >= np.median(along)])
    assert two_heaps(rng.standard_normal((30, 40)) - 4 * line, rng.standard_normal((30, 40)) + 4 * line)
