import numpy as np

from involuntary.simulators import _discharges
from involuntary.simulators._discharges import (
    Discharges,
    _add_potentials,
    _reach,
    episodes,
    flowing,
    gathered,
    minute_by_minute,
    summed,
    tabulate,
)
from involuntary.simulators._kernels import add_potentials

RATE = 2000.0


def _layer(times, units=None, gain=None):
    def shapes(time):
        bell = np.exp(-0.5 * (time / 0.002) ** 2)
        return np.stack([bell, -3.0 * bell])[:, None, :]

    units = np.zeros(len(times), dtype=int) if units is None else units
    return summed(Discharges.of(np.array(times), units, gain), tabulate(shapes, RATE, 0.02, 0.02))


def _bell(time, at):
    return np.exp(-0.5 * ((time - at) / 0.002) ** 2)


def test_two_discharges_closer_than_one_potential_add():
    time = np.arange(400) / RATE
    made = _layer([0.1, 0.103])(0, 400, None)[0]
    assert np.allclose(made, _bell(time, 0.1) + _bell(time, 0.103), atol=2e-4)


def test_a_discharge_keeps_its_time_between_two_samples():
    time = np.arange(400) / RATE
    at = 0.1 + 5 / (16 * RATE)
    assert np.allclose(_layer([at])(0, 400, None)[0], _bell(time, at), atol=2e-4)
    # Finer than a sixteenth of a sample it does not go.
    assert not np.allclose(_layer([at])(0, 400, None)[0], _bell(time, 0.1), atol=1e-3)


def test_no_discharge_is_silence():
    assert np.array_equal(_layer([])(0, 100, None), np.zeros((1, 100)))


def test_unit_and_gain_belong_to_their_discharge_after_sorting():
    made = _layer([0.15, 0.05], np.array([1, 0]), np.array([2.0, 5.0]))(0, 400, None)[0]
    assert np.isclose(made[100], 5.0)
    assert np.isclose(made[300], -6.0)


def test_a_potential_that_crosses_a_border_is_in_both_parts():
    layer = _layer([0.1])
    joined = np.concatenate([layer(0, 201, None)[0], layer(201, 400, None)[0]])
    assert np.array_equal(joined, layer(0, 400, None)[0])


def test_the_compiled_kernel_gives_what_its_twin_gives_to_the_last_bit():
    random = np.random.default_rng(1)
    lanes = random.standard_normal((3, 8, 31)).astype(np.float32)
    lanes[1, 2] = 0.0
    lanes[:, :, :9] *= 1e-6
    reach = _reach(lanes, 4)
    begin = np.sort(random.integers(-40, 320, 500))
    row, gain = random.integers(8, size=500), random.standard_normal(500).astype(np.float32)
    fast, slow = np.zeros((3, 300), dtype=np.float32), np.zeros((3, 300), dtype=np.float32)
    add_potentials(fast, lanes, reach, begin, row, gain)
    _add_potentials(slow, lanes, reach, begin, row, gain)
    assert np.any(slow != 0)
    assert np.array_equal(fast, slow)


def test_only_negligible_tails_are_left_out():
    lanes = np.zeros((2, 2, 10), dtype=np.float32)
    lanes[0, :, 3:6], lanes[1, 0, 2:9] = 1.0, 0.5e-4
    reach = _reach(lanes, 2)
    assert reach[0].tolist() == [[3, 6], [3, 6]]
    assert reach[1].tolist() == [[0, 0], [0, 0]]


def test_a_unit_without_potential_is_silence():
    nothing = tabulate(lambda time: np.zeros((1, 2, time.size)), RATE, 0.01, 0.01)
    made = summed(Discharges.of(np.array([0.05, 0.1]), np.array([0, 0])), nothing)(0, 400, None)
    assert np.array_equal(made, np.zeros((2, 400)))


def test_discharges_that_are_made_as_needed_add_like_those_that_are_kept():
    random = np.random.default_rng(4)
    fired = Discharges.of(random.uniform(0, 2, 300), random.integers(2, size=300), random.uniform(0.5, 2, 300))
    bell = lambda time: np.exp(-0.5 * (time / 0.002) ** 2)  # noqa: E731
    templates = tabulate(lambda time: np.stack([bell(time), -bell(time)])[:, None, :], RATE, 0.02, 0.02)

    def between(start, stop):
        low, high = np.searchsorted(fired.time_s, [start, stop])
        return Discharges(fired.time_s[low:high], fired.unit[low:high], fired.gain[low:high])

    kept, made = summed(fired, templates), flowing(between, templates)
    for first, stop in ((0, 1500), (1500, 1501), (1501, 4000)):
        assert np.array_equal(kept(first, stop, None), made(first, stop, None))


def test_episodes_are_the_same_however_they_are_asked_for():
    starts = np.arange(30) * 1.5

    def fire(number, random):
        times = starts[number] + np.sort(random.uniform(0, 2.0, 20))
        return Discharges.of(times, random.integers(2, size=20), random.uniform(0.5, 2, 20))

    between, one = episodes(starts.tolist(), 2.0, fire, seed=5)
    whole = Discharges.joined([one(number) for number in range(30)])
    for start, stop in ((-1.0, 60.0), (0.0, 0.1), (1.6, 1.7), (3.0, 30.0), (44.0, 46.0), (50.0, 51.0)):
        low, high = np.searchsorted(whole.time_s, [start, stop])
        found = between(start, stop)
        assert np.array_equal(found.time_s, whole.time_s[low:high])
        assert np.array_equal(found.unit, whole.unit[low:high])
        assert np.array_equal(found.gain, whole.gain[low:high])


def test_small_parts_gather_to_what_joins_at_once():
    random = np.random.default_rng(5)
    parts = [
        Discharges.of(np.round(random.uniform(0, 9, n), 1), random.integers(4, size=n), random.uniform(size=n))
        for n in random.integers(0, 40, 3000)
    ]
    made, expected = gathered(iter(parts)), Discharges.joined(parts)
    assert np.array_equal(made.time_s, expected.time_s)
    assert np.array_equal(made.unit, expected.unit)
    assert np.array_equal(made.gain, expected.gain)
    assert len(gathered([])) == 0


def test_very_many_discharges_sum_to_the_same(monkeypatch):
    times, gain = np.random.default_rng(6).uniform(0, 3, (2, 6000))
    at_once = _layer(times, gain=gain)(1000, 5000, None)
    monkeypatch.setattr(_discharges, "_LONG", 5999)
    assert np.array_equal(_layer(times, gain=gain)(1000, 5000, None), at_once)


def test_minutes_are_fired_from_the_state_in_which_the_last_ended_whatever_is_asked_first():
    fired = []

    def fire(number, ends, begun):
        fired.append(number)
        time = np.arange(ends[0], ends[1], 7.0)
        pools = [Discharges.of(time + k, np.full(time.size, begun + number, dtype=np.intp)) for k in (0.0, 0.25)]
        return pools, begun + 10

    first, second = minute_by_minute(0, fire, 150.0, 2)
    late = second(130.0, 145.0)
    assert fired == [0, 1, 2]
    assert late.unit.tolist() == [22, 22]
    assert late.time_s.tolist() == [134.25, 141.25]
    assert first(-5.0, 10.0).time_s.tolist() == [0.0, 7.0]
    assert first(130.0, 145.0).time_s.tolist() == [134.0, 141.0]
    assert fired == [0, 1, 2, 0]
