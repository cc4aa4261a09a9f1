import numpy as np
import pytest

import involuntary as iv
from involuntary.detect import potentials, units
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import ArraySource
from involuntary.phenomena._counts import merged_channels
from involuntary.testing.scoring import paired, rand_index


def _sorted(recording, truth, smallest_uv=40):
    channels = range(len(recording.channels))
    parts = [potentials.detect(recording, c, potentials.PotentialRule()) for c in channels]
    found = merged_channels([p[p.features["amplitude_uv"] > smallest_uv] for p in parts], 0.01)
    unit = units.sort(recording, channels, found, units.UnitRule())
    rows = paired(truth.onset_s, found.onset_s, 0.02)
    return unit, rand_index(truth.features["unit_id"][rows[:, 0]], unit[rows[:, 1]])


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_five_units_on_one_channel_are_told_at_20_db(seed):
    # 100 µV peak to peak has 30 µV root mean square over its length, ten times the noise.
    recording, (truth,) = iv.simulate(
        "fasciculation", 300, seed, noise_uv=3, amplitude_min_uv=100, amplitude_max_uv=101
    )
    unit, index = _sorted(recording, truth)
    assert index >= 0.9
    counts = np.unique(unit[~np.isnan(unit)], return_counts=True)[1]
    assert np.count_nonzero(counts >= np.unique(truth.features["unit_id"], return_counts=True)[1].min()) == 5
    assert np.all(np.diff(counts) <= 0)


def test_ten_units_under_four_channels_are_told():
    recording, (truth,) = iv.simulate("fasciculation", 300, 1, channels=4, units=10, amplitude_min_uv=100, noise_uv=3)
    assert _sorted(recording, truth)[1] >= 0.9


def test_one_unit_is_one_whatever_its_size_and_the_noise():
    for noise_uv in (1, 10):
        recording, (truth,) = iv.simulate(
            "fasciculation", 120, 1, units=1, noise_uv=noise_uv, amplitude_min_uv=150, amplitude_cv=0.08
        )
        unit, _ = _sorted(recording, truth, smallest_uv=80)
        assert np.mean(unit == 0) > 0.95


def test_one_unit_that_varies_much_in_size_is_one():
    recording, (truth,) = iv.simulate(
        "fasciculation", 240, 3, units=1, noise_uv=2, amplitude_min_uv=150, amplitude_cv=0.15
    )
    unit, _ = _sorted(recording, truth)
    assert np.mean(unit == 0) > 0.95


def test_the_unit_of_the_file_its_sign_and_a_gap_do_not_matter():
    recording, (truth,) = iv.simulate("fasciculation", 120, 2, noise_uv=3, amplitude_min_uv=100)
    expected, _ = _sorted(recording, truth)
    x = -recording.samples(0)
    channel = Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)
    turned = Recording("memory", (channel,), ArraySource((x,)), Intervals.of((0.0, 60.0), (100.0, 160.0)))
    found = potentials.detect(turned, 0, potentials.PotentialRule())
    found = found[found.features["amplitude_uv"] > 40]
    unit = units.sort(turned, [0], found, units.UnitRule())
    assert abs(len(unit) - len(expected)) <= 2
    late = found.onset_s > 80
    same = np.where(late, found.onset_s - 40, found.onset_s)
    rows = paired(truth.onset_s, same, 0.02)
    assert rand_index(truth.features["unit_id"][rows[:, 0]], unit[rows[:, 1]]) >= 0.9


def test_too_few_are_of_no_unit():
    recording, (truth,) = iv.simulate("fasciculation", 60, 1, per_min=1)
    assert 1 <= len(truth) <= 2
    assert np.all(np.isnan(_sorted(recording, truth)[0]))
