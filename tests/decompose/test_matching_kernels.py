import numpy as np
import pytest

from involuntary.decompose.matching import overlaps
from involuntary.decompose.matching_kernels import explain, shift
from naive import laid_potentials, scores

N, LENGTH = 900, 40


def _templates():
    time = np.linspace(-3, 3, LENGTH)
    waves = [np.exp(-(time**2)) * np.cos(k * time + k) * (k + 1) for k in range(3)]
    return np.array(waves)


def _signal(laid, noise=0.05):
    signal = noise * np.random.default_rng(0).standard_normal(N)
    for unit, at in laid:
        signal[at - LENGTH // 2 : at + LENGTH // 2] += _templates()[unit]
    return signal


def test_scores_follow_a_laid_potential():
    templates = _templates()
    signal = _signal([(0, 300), (2, 310)])
    score = scores(signal, templates)
    shift(score, overlaps(templates), 2, 310, 1.0)
    rest = signal.copy()
    rest[290:330] -= templates[2]
    inner = slice(LENGTH, N - LENGTH)
    assert np.allclose(score[:, inner], scores(rest, templates)[:, inner])


@pytest.mark.parametrize("seed", range(4))
def test_the_same_potentials_as_by_subtraction(seed):
    random = np.random.default_rng(seed)
    laid = [(int(random.integers(3)), int(at)) for at in np.arange(60, N - 60, 35) + random.integers(0, 12)]
    signal, templates = _signal(laid), _templates()
    energy = np.sum(templates**2, axis=1)
    least, most = 0.4 * energy, 3 * energy
    time, unit = explain(scores(signal, templates), overlaps(templates), least, most, 20, 0)
    expected = laid_potentials(signal, templates, least, most, 20)
    assert sorted(zip(unit.tolist(), time.tolist(), strict=True)) == expected
    assert len(expected) >= len(laid) - 1
