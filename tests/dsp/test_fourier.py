import numpy as np
import pytest

from involuntary.dsp.fourier import circle, factors, ways


@pytest.mark.parametrize("n", [1, 2, 7, 360, 4000, 4100])
def test_factors_multiply_to_the_length_and_ways_part_it(n):
    assert np.prod(factors(n), dtype=int) == n
    (short, by), (long, too) = ways(n)
    assert short.shape[1] * long.shape[1] == n
    assert short.shape[1] ** 2 <= n
    assert [np.prod(f, dtype=int) for f in (by, too)] == [short.shape[1], long.shape[1]]


def test_fours_come_before_primes():
    assert factors(480).tolist() == [4, 4, 2, 3, 5]


def test_a_circle_is_gone_round_in_equal_steps():
    np.testing.assert_allclose(circle(8)[0] + 1j * circle(8)[1], np.exp(2j * np.pi * np.arange(8) / 8), atol=1e-7)
