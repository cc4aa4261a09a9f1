"""Hours of what is drawn event by event: what is drawn waits on disk, not in memory."""

import tracemalloc

import numpy as np
import pytest

from involuntary import simulate
from involuntary.simulators._discharges import Discharges, flowing, tabulate


def _load_compiled_code():
    one = Discharges.by_unit([np.array([0.1])])
    flowing(lambda _start, _stop: one, tabulate(lambda time: time[None, None, :], 100.0, 0.1, 0.1))(0, 20, None)


@pytest.mark.parametrize(
    ("generator", "settings", "most"),
    [
        ("neuromyotonia", {"units": 4, "active_units": 2, "burst_hz": 0.5, "sampling_hz": 500}, 6.5e6),
        ("myoclonus", {"units": 10, "per_min": 40, "sampling_hz": 500, "eeg": False}, 12e6),
    ],
)
def test_hours_take_little_memory(generator, settings, most):
    _load_compiled_code()
    simulate(generator, 10, 1, **settings)
    tracemalloc.start()
    recording, (truth,) = simulate(generator, 2 * 3600, 1, **settings)
    for channel, of in enumerate(recording.channels):
        recording.samples(channel, of.n_samples - 100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(truth) > 7000
    assert peak < most
