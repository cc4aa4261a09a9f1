import numpy as np
import pytest

from involuntary.detect.rhythms import DrivenRule, RhythmRule, driven, find
from involuntary.model import Events

HEART = RhythmRule(shortest_s=0.33, longest_s=1.7, interval_tolerance=0.2)
UNIT = RhythmRule(shortest_s=0.04, longest_s=0.25, interval_tolerance=0.4)


def _events(time, amplitude):
    time, amplitude = np.asarray(time), np.broadcast_to(np.asarray(amplitude, dtype=float), len(time))
    order = np.argsort(time)
    time, amplitude = time[order], amplitude[order]
    features = {"amplitude_uv": amplitude, "area_uv_ms": 3 * amplitude, "peak_s": time}
    return Events("potential", ("a",) * len(time), time, np.full(len(time), 0.01), features)


def _beats(duration, interval, cv, random):
    return np.cumsum(interval * (1 + cv * random.standard_normal(int(duration / interval))))


def _caught(events, rule):
    mask = np.zeros(len(events), dtype=bool)
    for rhythm in find(events, rule):
        mask[rhythm.rows] = True
    return mask


def test_a_heart_beat_is_a_rhythm_with_its_interval():
    beats = _beats(300, 0.85, 0.03, np.random.default_rng(0))
    rhythms = find(_events(beats, 100), HEART)
    assert rhythms[0].interval_s == pytest.approx(0.85, rel=0.02)
    assert _caught(_events(beats, 100), HEART).mean() > 0.97


def test_a_driven_unit_is_a_rhythm_despite_its_jitter():
    random = np.random.default_rng(1)
    fired = np.cumsum(random.gamma(40, 0.125 / 40, 400))
    assert _caught(_events(fired, 60), UNIT).mean() > 0.9


@pytest.mark.parametrize("rate", [0.1, 0.7, 1.7, 3.0])
@pytest.mark.parametrize("seed", range(5))
def test_independent_potentials_are_none(rate, seed):
    random = np.random.default_rng(seed)
    time = np.sort(random.uniform(0, 600, random.poisson(600 * rate)))
    for rule in (HEART, UNIT):
        assert not _caught(_events(time, 100), rule).any()


def test_a_rhythm_is_taken_out_of_irregular_potentials_of_another_size():
    random = np.random.default_rng(3)
    beats = _beats(300, 0.9, 0.03, random)
    other = np.sort(random.uniform(0, 300, 200))
    events = _events(np.concatenate([beats, other]), np.repeat([100.0, 200.0], [len(beats), len(other)]))
    caught = _caught(events, HEART)
    large = events.features["amplitude_uv"] > 150
    assert caught[~large].mean() > 0.95
    assert not caught[large].any()


def test_even_of_the_same_size_most_of_the_rhythm_and_little_else_goes():
    random = np.random.default_rng(4)
    beats, other = _beats(600, 0.9, 0.03, random), random.uniform(0, 600, 100)
    time = np.concatenate([beats, other])
    order = np.argsort(time)
    caught = _caught(_events(time, 100), HEART)
    is_beat = (np.arange(len(time)) < len(beats))[order]
    assert caught[is_beat].mean() > 0.9
    assert caught[~is_beat].mean() < 0.25


def test_few_potentials_are_no_rhythm():
    assert find(_events(np.arange(7) * 0.9, 100), HEART) == ()


@pytest.mark.parametrize("rate", [0.5, 1.7, 2.5])
@pytest.mark.parametrize("seed", range(4))
def test_potentials_that_come_by_themselves_are_not_driven(rate, seed):
    random = np.random.default_rng(seed)
    time = np.cumsum(0.008 + random.exponential(1 / rate, int(600 * rate)))
    assert driven(_events(time, 100), DrivenRule()).total_s == 0


@pytest.mark.parametrize("dead_s", [0.05, 0.1])
@pytest.mark.parametrize("rate", [2.0, 2.5])
def test_potentials_of_many_sizes_are_not_driven_though_they_keep_apart(rate, dead_s):
    random = np.random.default_rng(7)
    time = np.cumsum(dead_s + random.exponential(1 / rate - dead_s, int(600 * rate)))
    size = np.exp(random.uniform(np.log(40), np.log(300), time.size))
    assert driven(_events(time, size), DrivenRule()).total_s == 0
    assert driven(_events(time, 100), DrivenRule()).total_s > 0  # one unit that does so is


def test_driven_units_leave_out_short_intervals_even_where_many_discharges_are_missed():
    random = np.random.default_rng(5)
    fired = np.cumsum(random.gamma(40, 0.12 / 40, 1000))
    seen = fired[random.uniform(size=fired.size) < 0.25]
    assert driven(_events(seen, 40), DrivenRule()).total_s > 0.9 * fired[-1]


def test_many_potentials_a_second_are_driven_in_any_case_and_only_there():
    random = np.random.default_rng(6)
    time = np.concatenate([random.uniform(0, 100, 20), random.uniform(100, 130, 240), random.uniform(130, 300, 30)])
    spans = driven(_events(time, 60), DrivenRule())
    assert len(spans) == 1
    assert spans.start_s[0] == pytest.approx(100, abs=10)
    assert spans.stop_s[0] == pytest.approx(130, abs=10)
    assert driven(_events([], 60), DrivenRule()).total_s == 0
