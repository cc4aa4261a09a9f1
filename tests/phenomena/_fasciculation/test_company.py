"""Potentials beside bursts of other muscles, or at the moments of an active one, are no fasciculations."""

import numpy as np
import pytest

import involuntary as iv
from involuntary.model import Channel, ChannelKind, Events, Recording, State
from involuntary.phenomena._fasciculation.company import bursts, runs
from involuntary.phenomena._fasciculation.measures import FasciculationParameters

RATE = 2000.0
P = FasciculationParameters()


def _events(onsets):
    onsets = np.array(onsets, dtype=float)
    return Events("potential", ("a",) * len(onsets), onsets, np.full(len(onsets), 0.01))


def test_runs_are_counted_and_bursts_have_a_margin():
    found = _events([1.0, 1.02, 1.05, 3.0, 3.03, 9.0])
    assert runs(found, P).tolist() == [3, 3, 3, 2, 2, 1]
    assert [pytest.approx(span) for span in bursts(found, P)] == [(0.9, 1.16)]
    assert not len(bursts(_events([]), P))


def _wave(n=24):
    return np.diff(np.hanning(n + 1)) * 8


def _recording(times_by_channel, seconds=180.0, size_v=150e-6):
    random = np.random.default_rng(4)
    arrays = []
    for times in times_by_channel:
        x = 4e-6 * random.standard_normal(round(seconds * RATE))
        for at in times:
            first = round(at * RATE)
            x[first : first + 24] += size_v * _wave() / 2
        arrays.append(x)
    channels = [Channel(f"m{i}", ChannelKind.SURFACE_EMG, "V", RATE, arrays[0].size) for i in range(len(arrays))]
    return Recording.from_arrays(arrays, channels)


def test_what_comes_with_a_driven_muscle_elsewhere_is_not_counted():
    random = np.random.default_rng(1)
    driven = np.arange(1.0, 178.0, 0.1) + random.normal(0, 0.004, 1770)
    seen_afar = np.sort(random.choice(driven, 20, replace=False))
    own = np.sort(random.uniform(5, 170, 40))
    (afar,) = (f.state for f in iv.observe(_recording([driven, seen_afar]), ["fasciculation"]).findings)
    assert afar is not State.PRESENT
    free = iv.observe(_recording([driven, own]), ["fasciculation"])
    assert free.findings[0].state is State.PRESENT
    assert len(free.events[0]) >= 36


@pytest.mark.parametrize("seed", [5, 7, 9])
@pytest.mark.parametrize("simulator", ["hemifacial-spasm", "startle", "tic", "myoclonus", "grid"])
def test_jerks_and_efforts_are_no_fasciculations(simulator, seed):
    settings = {"units": 8, "fibres": 2000, "rows_n": 4, "columns_n": 2} if simulator == "grid" else {}
    recording, _ = iv.simulate(simulator, 120, seed, **settings)
    assert iv.observe(recording, ["fasciculation"]).findings[0].state is not State.PRESENT
