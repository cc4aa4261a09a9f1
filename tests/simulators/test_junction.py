import numpy as np
import pytest

from involuntary.simulators._junction import JUNCTIONS, EndPlates, Terminal, end_plates, released, transmit


def _jitter_us(delay_s):
    return 1e6 * np.mean(np.abs(np.diff(delay_s, axis=0)), axis=0)


def _plates(kind="healthy", fibres=400, seed=1):
    return end_plates(JUNCTIONS[kind], fibres, np.random.default_rng(seed))


def _share(plates, time_s, seed=2):
    """Share of fibres that answer each discharge."""
    return transmit(plates, np.asarray(time_s), np.random.default_rng(seed)).passed.mean(axis=1)


def _decrement(answers):
    return 100 * (1 - answers[3] / answers[0])


REST = np.arange(5) / 3.0


@pytest.mark.parametrize("asked_us", [0.0, 25.0, 50.0])
def test_jitter_is_what_was_asked_for(asked_us):
    plates = _plates(fibres=20).with_jitter(asked_us, rate_hz=10.0)
    done = transmit(plates, np.arange(4000) / 10.0, np.random.default_rng(3))
    assert done.passed.all()
    assert np.allclose(_jitter_us(done.delay_s[50:]), asked_us, rtol=0.06)


def test_healthy_jitter_lies_in_the_published_range_and_nothing_is_blocked():
    """Mean of the healthy 20 to 50 µs (limits with stimulation: 21 to 36)."""
    done = transmit(_plates(fibres=200), np.arange(300) / 10.0, np.random.default_rng(4))
    jitter = _jitter_us(done.delay_s)
    assert done.passed.all()
    assert 20 < jitter.mean() < 50
    assert np.mean((jitter > 10) & (jitter < 55)) > 0.95


def test_myasthenic_fibres_jitter_more_and_some_are_blocked():
    done = transmit(_plates("myasthenic"), np.arange(100) / 10.0, np.random.default_rng(4))
    steps = np.where(done.passed[1:] & done.passed[:-1], 1e6 * np.abs(np.diff(done.delay_s, axis=0)), np.nan)
    often = np.sum(np.isfinite(steps), axis=0) > 20
    assert np.median(np.nanmean(steps[:, often], axis=0)) > 55
    blocked = 1 - done.passed.mean(axis=0)
    assert np.mean((blocked > 0.05) & (blocked < 0.95)) > 0.1


def test_decrement_at_three_hertz():
    """Over 10 % from the first to the fourth answer in myasthenia, none in health."""
    assert _decrement(_share(_plates(), REST)) == pytest.approx(0.0, abs=0.5)
    assert 10 < _decrement(_share(_plates("myasthenic"), REST)) < 60


def test_exercise_repairs_the_decrement_and_minutes_later_it_is_worse():
    effort = np.arange(0.0, 30.0, 1 / 25)
    plates = _plates("myasthenic", 2000)
    before = _decrement(_share(plates, REST))
    at_once = _decrement(_share(plates, np.concatenate([effort, 33.0 + REST]))[len(effort) :])
    late = _decrement(_share(plates, np.concatenate([effort, 210.0 + REST]))[len(effort) :])
    assert at_once < 0.7 * before
    assert late > 1.05 * before


def test_lambert_eaton_is_small_at_rest_decrements_and_grows_with_exercise():
    """Increment of 60 % or more after 10 s of effort."""
    plates = _plates("lambert-eaton", 2000)
    rest = _share(plates, REST)
    effort = np.arange(0.0, 10.0, 1 / 25)
    after = _share(plates, np.concatenate([effort, [12.0]]))[-1]
    assert rest[0] < 0.5
    assert _decrement(rest) > 5
    assert after > 1.6 * rest[0]
    healthy = _share(_plates(), np.concatenate([effort, [12.0]]))
    assert healthy.min() > 0.995


def test_a_rested_terminal_releases_all_and_rest_restores_it():
    train = released(Terminal(), np.concatenate([REST, [200.0]]))
    assert train[0] == 1.0
    assert np.all(np.diff(train[:4]) < 0)
    assert train[-1] == pytest.approx(1.0, abs=0.02)


def test_no_fibre_and_no_discharge_are_empty():
    none = EndPlates(Terminal(), np.empty(0), np.empty(0), np.empty(0))
    random = np.random.default_rng(0)
    assert transmit(none, np.arange(3.0), random).passed.shape == (3, 0)
    assert transmit(_plates(fibres=4), np.empty(0), random).delay_s.shape == (0, 4)
