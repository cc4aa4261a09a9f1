import numpy as np
import pytest

from involuntary.detect._trains.learning import Windows
from involuntary.detect._trains.reading import Reader, hits_of
from involuntary.detect._trains.rule import TrainRule
from involuntary.detect._trains.stretches import sampled, seen, standing_out
from involuntary.detect.conditioned import Conditioning, conditioned
from involuntary.detect.trains import detect
from simulated import recording

TIME = np.arange(-0.012, 0.012, 1 / 2000.0)
BIPHASIC = -TIME / 0.0016 * np.exp(-((TIME / 0.0022) ** 2))
BIPHASIC *= 300 / np.ptp(BIPHASIC)


# Three phases of 1.7 ms, as many as two samples at 1 kHz hold.
DENSE = np.arange(-0.012, 0.012, 1 / 40000.0)
STEEP = 150 * np.cos(2 * np.pi * 300 * DENSE) * np.exp(-((DENSE / 0.0016) ** 2))


def _trains(sizes, hz, noise, rate=2000.0, seed=0, wave=BIPHASIC):
    """Give trains of one unit in white noise, with the times of their discharges."""
    random = np.random.default_rng(seed)
    start, times = 1.0, []
    time = np.linspace(-0.012, 0.012, wave.size, endpoint=False)
    for n in sizes:
        times.append(start + np.concatenate([[0.0], np.cumsum(random.normal(1, 0.06, n - 1)) / hz]))
        start = times[-1][-1] + random.uniform(0.5, 0.9)
    x = random.normal(0.0, noise, round((start + 1) * rate))
    for at in np.concatenate(times):
        near = np.arange(round((at - 0.015) * rate), round((at + 0.015) * rate))
        x[near] += np.interp(near / rate - at, time, wave, 0.0, 0.0)
    return recording(x, rate), times


def _sizes(found, times):
    near = [(found.onset_s < t[-1] + 0.01) & (found.stop_s > t[0] - 0.01) for t in times]
    return [found.features["n"][one].tolist() for one in near]


@pytest.mark.parametrize("rate", [1000.0, 2000.0, 10000.0])
@pytest.mark.parametrize("hz", [8, 150])
def test_sizes_are_told_where_noise_nearly_hides_a_potential(hz, rate):
    # In the band, 10 dB below the potential's root mean square over 8 ms.
    sizes = [5, 3, 8, 2, 6, 4, 7, 5, 6, 4, 3, 8]
    found, times = _trains(sizes, hz, 29.0 * np.sqrt(rate / 2000.0), rate)
    told = _sizes(detect(found, 0, TrainRule()), times)
    assert sum(one == [n] for one, n in zip(told, sizes, strict=True)) >= 9


def test_steep_potentials_are_told_between_the_samples_of_a_slow_channel():
    sizes = [4, 5, 3, 6] * 4
    found, times = _trains(sizes, 10, 9.0, 1000.0, seed=3, wave=STEEP)
    told = _sizes(detect(found, 0, TrainRule()), times)
    assert sum(one == [n] for one, n in zip(told, sizes, strict=True)) >= 12


def _learnt(found):
    windows = Windows()
    (part,) = conditioned(found, 0, Conditioning())
    windows.append(seen(part, TrainRule()))
    windows.close()
    return windows.units, part


def test_a_matched_filter_finds_what_does_not_stand_out():
    found, _ = _trains([4, 5, 3, 6] * 4, 150, 10.0)
    units, _ = _learnt(found)
    assert len(units) == 1
    faint, alone = _trains([1] * 20, 10, 75.0, seed=3)
    (part,) = conditioned(faint, 0, Conditioning())
    rule = TrainRule()
    spans, _ = standing_out(part, rule)
    _, sampling, samples = sampled(part, rule)
    hits = hits_of(samples, units)
    true = np.array([t[0] for t in alone]) * sampling.rate_hz
    hit = [bool(np.any(np.abs(hits.at - one) < 12)) for one in true]
    stands = [bool(np.any((spans[:, 0] <= one) & (one < spans[:, 1]))) for one in true]
    assert sum(hit) >= 14
    assert sum(stands) <= 6


def test_a_block_that_potentials_fill_is_not_read():
    found, _ = _trains([4, 5, 3, 6] * 4, 150, 10.0)
    units, _ = _learnt(found)
    reader = Reader(units, TrainRule())
    dense, _ = _trains([200], 25, 10.0)
    (part,) = conditioned(dense, 0, Conditioning())
    assert reader.read(part) is None


def test_a_discharge_is_told_once():
    found, times = _trains([2, 3, 4] * 6, 30, 8.0)
    units, part = _learnt(found)
    rows = Reader(units, TrainRule()).read(part)
    assert len(rows) == sum(len(t) for t in times)
    assert np.min(np.diff(np.sort(rows[:, 0]))) > 0.0026 * 2000


def test_a_doublet_whose_interval_noise_blurs_is_not_certain():
    blurred, sharp = (
        detect(_trains([2, 5, 3, 2, 4, 2, 6, 2] * 3, 280, noise)[0], 0, TrainRule()).features for noise in (35.0, 8.0)
    )
    assert np.count_nonzero(blurred["n"] == 2) >= 8
    assert np.median(blurred["certainty"][blurred["n"] == 2]) < 0.9
    assert np.median(sharp["certainty"][sharp["n"] == 2]) > 0.99


def test_slow_trains_of_two_units_that_cross_are_told_apart():
    rate, random = 2000.0, np.random.default_rng(5)
    other = 210 * np.exp(-((TIME / 0.0015) ** 2))
    units, start = ([], []), 1.0
    for k in range(30):
        alone = k < 20
        for unit in [k % 2] if alone else [0, 1]:
            n, first = 3 + (k // 2 + unit) % 4, start + random.uniform(0.0, 0.1)
            hz = 60.0 if alone else (11.0, 17.0)[unit]
            units[unit].append(first + np.concatenate([[0.0], np.cumsum(random.normal(1, 0.05, n - 1)) / hz]))
        start = max(own[-1][-1] for own in units if own) + random.uniform(0.5, 0.8)
    x = random.normal(0.0, 8.0, round((start + 1) * rate))
    for own, wave in zip(units, (BIPHASIC, other), strict=True):
        for at in np.concatenate(own):
            near = np.arange(round((at - 0.015) * rate), round((at + 0.015) * rate))
            x[near] += np.interp(near / rate - at, TIME, wave, 0.0, 0.0)
    found = detect(recording(x, rate), 0, TrainRule())
    crossing = [t for own in units for t in own[10:]]
    ends = [(np.abs(found.onset_s - t[0]) < 0.01) & (np.abs(found.stop_s - t[-1]) < 0.01) for t in crossing]
    told = [bool(np.any(one & (found.features["n"] == len(t)))) for one, t in zip(ends, crossing, strict=True)]
    assert sum(told) >= 18
