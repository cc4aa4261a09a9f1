import numpy as np
import pytest

from involuntary.dsp.clusters import clusters


def naive_mass(values, limit):
    """Largest sum of t over neighbours above the limit, of either sign, in any channel."""
    n, best = len(values), 0.0
    t = values.mean(0) / (values.std(0, ddof=1) / np.sqrt(n))
    for channel in t:
        for sign in (1, -1):
            run = 0.0
            for one in sign * channel:
                run = run + one if one > limit else 0.0
                best = max(best, run)
    return best


def test_the_largest_cluster_is_that_of_a_plain_loop():
    cut = np.random.default_rng(0).standard_normal((25, 3, 60))
    cut[:, 1, 20:40] += 0.8
    found = clusters(cut, 200, np.random.default_rng(1))
    assert abs(found[0].mass) == pytest.approx(naive_mass(cut, 2.0639), rel=1e-3)
    assert (found[0].channel, found[0].p) == (1, 1 / 201)
    assert found[0].mask.shape == (60,)
    assert 20 <= np.flatnonzero(found[0].mask).min() <= 23


def test_signs_alone_reach_significance_as_often_as_said():
    smooth = np.ones(8) / 8
    p = []
    for seed in range(150):
        noise = np.random.default_rng(seed).standard_normal((30, 2, 80))
        cut = np.apply_along_axis(lambda row: np.convolve(row, smooth, "same"), 2, noise)
        found = clusters(cut, 200, np.random.default_rng(seed + 1000))
        p.append(found[0].p if found else 1.0)
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.1


def test_time_and_frequency_hang_together_and_channels_do_not():
    cut = np.random.default_rng(2).standard_normal((40, 2, 10, 30))
    cut[:, :, 3:6, 10:20] -= 1.0
    found = clusters(cut, 100, np.random.default_rng(3))
    assert {found[0].channel, found[1].channel} == {0, 1}
    for one in found[:2]:
        assert one.mass < 0
        assert one.p < 0.05
        assert one.mask[3:6, 10:20].mean() > 0.9
