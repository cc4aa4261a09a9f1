from dataclasses import replace

import numpy as np
import pytest

from involuntary.simulators._conductance import Conductances, conductance_discharges, conductance_firing
from involuntary.simulators._conductance_kernels import run

NEURONES = Conductances(units=40)


def _fire(drive, seconds, seed=0, **changed):
    return conductance_discharges([drive], seconds, replace(NEURONES, **changed), np.random.default_rng(seed))[0]


def _steady(level):
    return lambda t: np.full(t.size, level)


def _slow_run(excitation, inhibition, noise, pool, weight, decay, constants):
    """Slow twin: the same equations, all neurones at once, step by step."""
    (e_exc, e_inh, e_ahp, e_pic, couple, soma_rate, dendrite_rate, pic, back, threshold, half, slope, pic_rate, ahp,
     keep, gain, recurrent, renshaw_keep, share) = constants  # fmt: skip
    soma, dendrite, opened, after, wobble = np.zeros((5, pool.size))
    renshaw, found = np.zeros(len(excitation)), []
    for ms in range(excitation.shape[1]):
        wobble = keep * wobble + gain * noise[ms]
        for part in range(5):
            renshaw = renshaw * renshaw_keep
            opened = opened + pic_rate * (1 / (1 + np.exp((half - dendrite) / slope)) - opened)
            after = after * decay
            exc = np.maximum(weight * excitation[pool, ms] * (1 + wobble), 0)
            # A Renshaw cell hears the neurones that came before in the same step.
            new = dendrite.copy()
            for i in range(pool.size):
                inh = inhibition[pool[i], ms] + recurrent * renshaw[pool[i]]
                pull = exc[i] * (e_exc - dendrite[i]) + inh * (e_inh - dendrite[i]) - dendrite[i]
                pull += back * (soma[i] - dendrite[i]) + pic * opened[i] * (e_pic - dendrite[i])
                new[i] = dendrite[i] + dendrite_rate * pull
                before = soma[i]
                soma[i] += soma_rate * (couple * (dendrite[i] - before) - before + after[i] * (e_ahp - before))
                if soma[i] >= threshold:
                    found.append((ms + (part + 1 - (soma[i] - threshold) / (soma[i] - before)) / 5, i))
                    soma[i], after[i] = 0.0, after[i] + ahp
                    renshaw[pool[i]] += share
            dendrite = new
    return found


def test_the_compiled_loop_gives_what_its_twin_gives():
    random = np.random.default_rng(5)
    pool, ms = np.repeat([0, 1], 3), 400
    excitation, inhibition = random.uniform(1, 4, (2, ms)), random.uniform(0.2, 1.0, (2, ms))
    noise, weight = random.standard_normal((ms, 6)), random.uniform(0.5, 1.0, 6)
    decay, constants = np.full(6, np.exp(-0.2 / 40)), Conductances(units=3).constants()
    slow = _slow_run(excitation, inhibition, noise, pool, weight, decay, constants)
    time, unit = np.empty(500), np.empty(500, dtype=np.intp)
    n = run(
        excitation, inhibition, noise, np.zeros((5, 6)), np.zeros(2), pool, weight, decay, constants, 0.0, time, unit
    )
    assert n == len(slow) > 20
    assert [u for _, u in slow] == unit[:n].tolist()
    assert np.allclose([t for t, _ in slow], time[:n], atol=1e-6)


def test_more_drive_recruits_more_and_fires_faster_within_physiological_rates():
    fired = [_fire(_steady(level), 6.0) for level in (0.1, 0.4, 1.0)]
    recruited = [np.unique(one.unit).size for one in fired]
    first = [np.sum(one.unit == 0) / 6 for one in fired]
    assert 5 < recruited[0] < recruited[1] < recruited[2] >= 38
    assert 6 < first[0] < first[1] < first[2] < 45
    assert len(_fire(_steady(0.0), 6.0)) == 0


def test_intervals_vary_as_in_steady_contraction():
    """De Luca & Forrest 1973 and many since: coefficient of variation 0.1 to 0.25."""
    fired = _fire(_steady(0.3), 30.0)
    for unit in (0, 8):
        intervals = np.diff(fired.time_s[(fired.unit == unit) & (fired.time_s > 1)])
        assert 0.1 < intervals.std() / intervals.mean() < 0.25


def test_a_persistent_inward_current_holds_firing_up_after_the_input_has_gone():
    brief = lambda t: 0.02 + 0.4 * ((t > 2) & (t < 2.5))  # noqa: E731
    with_it, without = (_fire(brief, 8.0, persistent=value) for value in (1.6, 0.0))
    assert np.sum(with_it.time_s < 2) < 10
    assert np.sum(with_it.time_s > 4) > 60
    assert np.sum(without.time_s > 4) < 10


def test_a_persistent_inward_current_lets_units_stop_at_less_drive_than_they_started_with():
    ramp = lambda t: 0.25 * np.clip(1 - np.abs(t - 10) / 10, 0, 1)  # noqa: E731

    def gap(persistent):
        fired = _fire(ramp, 20.0, persistent=persistent)
        own = [fired.time_s[fired.unit == unit] for unit in range(0, 20, 2)]
        return np.median([ramp(times[0]) - ramp(times[-1]) for times in own if times.size > 5])

    assert gap(1.6) > 0.02
    assert abs(gap(0.0)) < 0.015


def test_loss_of_inhibition_lets_antagonists_contract_together_at_rest():
    rest = [_steady(0.0)] * 2
    healthy, lost = (
        conductance_discharges(rest, 5.0, replace(NEURONES, inhibition_share=share), np.random.default_rng(0))
        for share in (1.0, 0.2)
    )
    assert [len(one) for one in healthy] == [0, 0]
    assert all(np.unique(one.unit).size >= 5 and len(one) > 100 for one in lost)


def test_the_antagonist_is_held_down_by_reciprocal_inhibition():
    both = [_steady(0.3), _steady(0.08)]
    held, free = (
        conductance_discharges(both, 5.0, replace(NEURONES, reciprocal=value), np.random.default_rng(0))
        for value in (3.0, 0.0)
    )
    assert len(held[1]) < 0.3 * len(free[1])
    assert len(held[0]) > 300


def test_recurrent_inhibition_slows_a_pool():
    slowed, free = (len(_fire(_steady(0.4), 5.0, recurrent=value)) for value in (1.0, 0.0))
    assert slowed < 0.85 * free


@pytest.mark.parametrize("seconds", [0.5, 12.0])
def test_the_same_seed_gives_the_same_discharges(seconds):
    one, other = (_fire(_steady(0.3), seconds, seed=4) for _ in range(2))
    assert np.array_equal(one.time_s, other.time_s)
    assert one.time_s[-1] < seconds
    assert not np.array_equal(one.time_s, _fire(_steady(0.3), seconds, seed=5).time_s)


def test_long_recordings_fire_as_they_are_read_whatever_is_read_first():
    drive = lambda t: 0.3 + 0.05 * np.sin(t / 15)  # noqa: E731

    def pair():
        return conductance_firing([drive, drive], 2000.0, replace(NEURONES, units=3), np.random.default_rng(7))

    late, whole = pair()[1](131.0, 185.5), pair()[1](0.0, 200.0)
    kept = (whole.time_s >= 131.0) & (whole.time_s < 185.5)
    assert len(late) > 200
    assert np.array_equal(late.time_s, whole.time_s[kept])
    assert np.array_equal(late.unit, whole.unit[kept])
    # No seam: across a minute the intervals are as anywhere.
    own = whole.time_s[whole.unit == 0]
    assert np.diff(own).max() < 0.15
