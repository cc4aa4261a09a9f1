from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect import heart
from involuntary.detect.bench import Bench
from involuntary.detect.heart import HeartRule
from involuntary.dsp.spectrum import welch
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import Annotation, ArraySource

RATE = 2000.0


@cache
def simulated(name, seconds=60, **settings):
    return iv.simulate(name, duration=seconds, seed=1, **settings)[0]


def recording(x, kind=ChannelKind.SURFACE_EMG, segments=None):
    channel = Channel("back", kind, "V", RATE, x.size)
    if segments is None:
        return Recording.from_arrays([x], [channel])
    return Recording("memory", (channel,), ArraySource((x,)), segments=segments)


def pure_heart(seconds, ecg_uv, seed=3):
    return iv.simulate("rest", duration=seconds, seed=seed, noise_uv=0, mains_uv=0, ecg_uv=ecg_uv)[0].samples(0)


@pytest.mark.parametrize("ecg_uv", [20, 100, 1000])
def test_the_heart_at_rest_is_found_with_its_rate_and_size(ecg_uv):
    found = heart.detect(simulated("rest", ecg_uv=ecg_uv, ecg_per_min=70), 0, HeartRule())
    assert found.share == 1.0
    assert found.rate_per_min == pytest.approx(70, abs=2)
    # From the peak of the R wave to the trough of the S wave.
    assert found.amplitude == pytest.approx(1.25 * ecg_uv, rel=0.15)
    assert found.unit == "µV"


@pytest.mark.parametrize(("effort", "ecg_uv"), [(10, 100), (25, 300)])
def test_it_is_found_in_a_contraction(effort, ecg_uv):
    x = simulated("voluntary", excitation_percent=effort).samples(0) + pure_heart(60, ecg_uv)
    found = heart.detect(recording(x), 0, HeartRule())
    assert found.rate_per_min == pytest.approx(70, abs=2)


NEGATIVES = [
    ("rest", {}),
    ("rest", {"movement_uv": 500, "pops_uv": 300, "pops_per_min": 60}),
    ("voluntary", {"excitation_percent": 10}),
    ("voluntary", {"pattern": "phasic", "on_s": 0.3, "off_s": 0.5}),
    ("voluntary", {"pattern": "phasic"}),
    ("fasciculation", {"per_min": 60}),
    ("fasciculation", {"per_min": 300}),
    ("tetany", {}),
    ("myoclonus", {}),
    ("hemifacial-spasm", {}),
]


@pytest.mark.parametrize(("name", "settings"), NEGATIVES)
def test_no_muscle_is_taken_for_it(name, settings):
    signals = simulated(name, **settings)
    for channel in signals.channels_of(ChannelKind.SURFACE_EMG)[:2]:
        assert heart.detect(signals, channel, HeartRule()) is None


def test_other_channels_and_short_ones_are_not_looked_at():
    x = pure_heart(60, 300)
    assert heart.detect(recording(x, kind=ChannelKind.ECG), 0, HeartRule()) is None
    assert heart.detect(recording(x[:4000]), 0, HeartRule()) is None


def test_the_share_is_that_of_the_time_in_which_it_beats():
    x = simulated("rest", seconds=240).samples(0).copy()
    x[: 120 * 2000] += pure_heart(120, 100)
    assert heart.detect(recording(x), 0, HeartRule()).share == pytest.approx(0.5)
    few = HeartRule(most_epochs=2)
    assert heart.detect(recording(x), 0, few).share == pytest.approx(0.5)


@pytest.mark.parametrize(("effort", "ecg_uv"), [(10, 300), (25, 1000)])
def test_removal_gives_back_size_and_spectrum_of_the_clean_signal(effort, ecg_uv):
    clean = simulated("voluntary", excitation_percent=effort).samples(0)
    dirty = recording(clean + pure_heart(60, ecg_uv))
    mended = heart.without_heart(dirty).samples(0)

    def size_and_middle(x):
        spectrum = welch(x, RATE, segment_s=1.0, detrend="constant")
        below = np.cumsum(spectrum.density)
        return np.array([np.std(x), spectrum.frequency_hz[np.searchsorted(below, below[-1] / 2)]])

    assert np.all(np.abs(size_and_middle(dirty.samples(0)) / size_and_middle(clean) - 1) > 0.2)
    assert size_and_middle(mended) == pytest.approx(size_and_middle(clean), rel=0.02)


def test_a_contraction_in_the_same_minute_leaves_the_rest_quiet():
    rest = simulated("rest").samples(0)
    x = rest + pure_heart(60, 500)
    x[40 * 2000 :] += np.random.default_rng(0).normal(0, 200e-6, 20 * 2000)
    mended = heart.without_heart(recording(x)).samples(0)
    left = mended[4000:76000] - rest[4000:76000]
    assert np.std(left) < 0.08 * np.std(pure_heart(60, 500))


def test_what_holds_no_heart_stays_as_it_is_and_nothing_is_said():
    signals = simulated("voluntary", excitation_percent=10)
    mended = heart.without_heart(signals)
    assert np.array_equal(mended.samples(0), signals.samples(0))
    assert mended.notes == signals.notes


def test_the_mended_samples_do_not_depend_on_what_is_read_first():
    x = simulated("rest", seconds=240).samples(0)[: 150 * 2000] + pure_heart(150, 300)
    segments = Intervals.of((0.0, 70.0), (100.0, 180.0))
    whole = heart.without_heart(recording(x, segments=segments)).samples(0)
    mended = heart.without_heart(recording(x, segments=segments))
    parts = [b.samples[b.start : b.stop] for b in mended.blocks(0, 77_777, 1000)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.std(whole) < 0.3 * np.std(x)
    (note,) = mended.notes
    assert note.startswith("back: the heart was removed: the average beat of each minute was subtracted at 17")


def test_an_observation_says_so():
    bench = Bench(simulated("rest", ecg_uv=100))
    assert bench.summary().channels[0].heart == bench.heart(0)
    assert bench.notes() == (
        "EMG 1: the heart shows in 100% of the time, 70/min, 121 µV peak to peak; observe --without-heart subtracts it",
    )
    assert Bench(simulated("rest")).notes() == ()


def test_mains_is_no_part_of_the_average_beat():
    clean = simulated("rest", ecg_uv=100, mains_uv=0, noise_uv=0)
    humming = recording(clean.samples(0) + simulated("rest", mains_uv=20, noise_uv=0).samples(0))
    left = heart.without_heart(humming).samples(0) - simulated("rest", mains_uv=20, noise_uv=0).samples(0)
    # What the breath does to the height of the beats is left, and no mains that starts anew with every beat.
    alone = heart.without_heart(recording(clean.samples(0))).samples(0)
    assert np.std(left - alone) < 0.4e-6


def test_a_bench_without_the_heart_is_the_same_where_none_beats():
    quiet = Bench(simulated("rest"))
    assert quiet.without_heart() is quiet
    beating = Bench(simulated("rest", ecg_uv=100))
    assert beating.without_heart() is beating.without_heart()
    assert np.std(beating.without_heart().recording.samples(0)) < 0.6 * np.std(beating.recording.samples(0))


def test_answers_to_stimuli_once_a_second_are_no_heart():
    stimulated, _ = iv.simulate("nerve-conduction", duration=20, seed=1)
    assert heart.detect(stimulated, 0, HeartRule()) is None
    assert heart.detect(replace(stimulated, annotations=()), 0, HeartRule()) is not None


def test_a_heart_beside_stimuli_stays_one():
    beating = simulated("rest", ecg_uv=200, ecg_per_min=70)
    marks = tuple(Annotation(float(t), 0.0, "stimulus 5 mA") for t in np.arange(0.5, 60, 1.0))
    assert heart.detect(replace(beating, annotations=marks), 0, HeartRule()).share == 1.0
