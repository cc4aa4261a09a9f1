import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.dsp.bands import zero_phase
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena.myoclonus import PHENOMENON

RATE = 1000.0
MUSCLES = ("biceps", "forearm", "thigh", "neck")


def observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def value(measured, name):
    return next(m for m in measured.measurements if m.id == f"myoclonus.{name}")


def jerks(onset_s, length_s, delays_s=(0.0,), seconds=180.0, seed=0, marks=(), db=20, names=MUSCLES):
    """Bursts of band-limited noise with abrupt edges in several muscles, over white noise of 5 µV.

    `delays_s` holds one delay a muscle, or one a muscle and jerk.
    """
    random = np.random.default_rng(seed)
    n = round(seconds * RATE)
    delays = np.broadcast_to(np.array(delays_s, dtype=float).T, (len(onset_s), len(delays_s)))
    arrays = []
    for muscle in range(delays.shape[1]):
        x = 5e-6 * random.standard_normal(n)
        burst = zero_phase(random.standard_normal(n), RATE, 30, 300)
        burst *= 5e-6 * 10 ** (db / 20) / burst.std()
        for onset, length, delay in zip(
            onset_s, np.broadcast_to(length_s, len(onset_s)), delays[:, muscle], strict=True
        ):
            first = round((onset + delay) * RATE)
            x[first : first + round(length * RATE)] += burst[first : first + round(length * RATE)]
        arrays.append(x)
    channels = [Channel(name, ChannelKind.SURFACE_EMG, "V", RATE, n) for name in names[: delays.shape[1]]]
    recording = Recording.from_arrays(arrays, channels)
    return Recording("memory", recording.channels, recording.source, annotations=tuple(marks))


def irregular(n=60, seconds=176.0, seed=0):
    gaps = 0.6 + np.random.default_rng(seed).exponential(1.5, n)
    return 2 + np.cumsum(gaps) * (seconds - 4) / gaps.sum()


def test_brief_irregular_jerks_are_named_and_measured():
    onset = irregular()
    measured = observe(jerks(onset, 0.03, (0.0, 0.005)))
    assert measured.findings[0].state is State.PRESENT
    assert measured.findings[0].rule == (
        "myoclonus: present: 60 jerks in 180 s, bursts of 29 ms, at most 75 ms and irregular"
    )
    assert value(measured, "burst_duration").value == pytest.approx(30, abs=3)
    assert value(measured, "lag@biceps × forearm").value == pytest.approx(5, abs=1)
    assert value(measured, "rate").value == pytest.approx(20, abs=0.1)
    assert value(measured, "interval_median").value == pytest.approx(np.median(np.diff(onset)), abs=0.01)
    assert value(measured, "irregularity").value > 0.2
    assert len(measured.events[0]) == 120
    late = measured.events[0].on("biceps").onset_s - onset
    assert abs(late.mean()) <= 0.001
    assert late.std() <= 0.002
    cortical = value(measured, "criteria_cortical")
    assert (cortical.value, cortical.n) == (1.0, 3)
    assert "not recorded: cortical spike before the jerk" in cortical.quality


@pytest.mark.parametrize("speed", [5.0, 10.0, 15.0])
def test_the_velocity_of_recruitment_lies_in_its_interval(speed):
    metres = (0.0, 0.15, 0.3, 0.45)
    recording = jerks(irregular(), 0.15, [m / speed for m in metres])
    text = ", ".join(f"{name}={m}" for name, m in zip(MUSCLES, metres, strict=True))
    found = value(observe(recording, distance_m=text), "velocity")
    assert found.value == pytest.approx(speed, rel=0.04)
    assert found.interval[0] * 0.98 <= speed <= found.interval[1] * 1.02
    assert found.interval[1] / found.interval[0] < 1.2


def test_muscles_that_jerk_together_have_no_velocity_and_no_order():
    text = "biceps=0, forearm=0.2, thigh=0.6, neck=0.1"
    measured = observe(jerks(irregular(), 0.03, (0.0,) * 4), distance_m=text)
    assert np.isnan(value(measured, "velocity").value)
    assert value(measured, "velocity").quality.startswith("too synchronous for a speed: above ")
    assert value(measured, "order").quality == "no order: the muscles jerk together"
    assert value(measured, "synchrony").value > 0.9


def test_an_order_that_varies_is_told_from_one_that_is_fixed():
    random, onset = np.random.default_rng(1), irregular()
    fixed = observe(jerks(onset, 0.1, (0.0, 0.02, 0.04)), condition="rest")
    varied = random.permuted(np.tile([[0.0, 0.02, 0.04]], (len(onset), 1)), axis=1).T
    loose = observe(jerks(onset, 0.1, varied), condition="rest")
    assert value(fixed, "order").value > 0.97
    assert value(loose, "order").value < 0.8
    assert "order varies" in value(loose, "criteria_functional").quality.split(";")[0]


def test_long_bursts_may_be_willed_unless_at_rest():
    recording = jerks(irregular(), 0.15)
    (unknown,) = observe(recording).findings
    assert unknown.state is State.NOT_ASSESSED
    assert "longer than 75 ms, may be voluntary" in unknown.rule
    assert observe(recording, condition="rest").findings[0].state is State.PRESENT


def test_what_comes_while_movements_are_asked_for_does_not_count():
    recording = jerks(irregular(), 0.05, marks=(Annotation(0.0, 180.0, "ballistic"),))
    measured = observe(recording)
    assert measured.findings[0].state is not State.PRESENT
    assert "myoclonus: biceps: 60 bursts not counted: while movements were asked for" in measured.notes


@pytest.mark.parametrize(
    ("onset", "length", "why"),
    [
        (np.arange(2, 170, 0.2), 0.05, "regular at 5.0 Hz: a rhythm, see tremor"),
        (np.sort(np.random.default_rng(2).uniform(2, 170, 1200)), 0.02, "within 0.3 s of the last"),
        (irregular(), 0.01, "below 15 ms, as potentials of single motor units"),
        (irregular(4), 0.03, "4 bursts in 180 s; at least 5 needed"),
    ],
    ids=["tremor", "series", "potentials", "few"],
)
def test_what_is_not_myoclonus_says_why(onset, length, why):
    measured = observe(jerks(onset, length))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert why in measured.findings[0].rule
    assert measured.events == ()


@pytest.mark.parametrize(
    ("simulator", "settings"),
    [
        ("rest", {}),
        ("rest", {"ecg_uv": 300}),
        ("rest", {"ecg_uv": 60, "ecg_per_min": 110, "mains_uv": 50, "movement_uv": 500, "pops_uv": 200}),
        ("voluntary", {}),
        ("voluntary", {"pattern": "phasic"}),
        ("voluntary", {"pattern": "phasic", "on_s": 0.2, "off_s": 1.5, "excitation_percent": 60}),
        ("voluntary", {"excitation_percent": 2}),
        ("fasciculation", {"per_min": 40}),
        ("tremor", {}),
    ],
    ids=["rest", "heart", "contaminants", "steady", "phasic", "brisk", "weak", "fasciculation", "tremor"],
)
def test_what_holds_no_myoclonus_is_not_named_so(simulator, settings):
    recording, _ = iv.simulate(simulator, 150, 3, **settings)
    measured = observe(recording)
    assert measured.findings[0].state is not State.PRESENT


def test_two_quiet_minutes_exclude_it_in_these_muscles():
    recording, _ = iv.simulate("rest", 150, 1)
    assert observe(recording).findings[0].state is State.EXCLUDED
    recording, _ = iv.simulate("rest", 90, 1)
    assert observe(recording).findings[0].state is State.NOT_ASSESSED


@pytest.mark.parametrize("origin", ["cortical", "brainstem"])
def test_the_simulated_origins(origin):
    recording, (truth,) = iv.simulate("myoclonus", 200, 2, origin=origin, eeg=False)
    measured = observe(recording)
    assert measured.findings[0].state is State.PRESENT
    assert len(measured.events[0]) == pytest.approx(len(truth), rel=0.03)


def test_distances_are_checked():
    recording = jerks(irregular(), 0.03)
    with pytest.raises(ParameterError, match=r"myoclonus.distance_m: names channels of EMG; got 'hand'"):
        observe(recording, distance_m="hand=1")
    with pytest.raises(ParameterError, match=r"myoclonus.distance_m: is written muscle=metres"):
        observe(recording, distance_m="biceps=near")


def test_one_pass_over_a_channel_serves_all_phenomena(monkeypatch):
    from involuntary.detect import bench

    swept, sweep = [], bench.sweep

    def watched(recording, channel, detectors):
        swept.append(channel)
        return sweep(recording, channel, detectors)

    monkeypatch.setattr(bench, "sweep", watched)
    recording, _ = iv.simulate("rest", duration=20, seed=1, channels=2)
    iv.observe(recording, phenomena=["fasciculation", "myoclonus", "negative-myoclonus", "clonus"])
    assert sorted(swept) == [0, 1]


@pytest.mark.parametrize("rate", [200.0, 256.0, 300.0])
def test_noise_that_is_sampled_too_slowly_is_not_called(rate):
    """As nights are recorded: an envelope of few samples is no measure of noise."""
    samples = np.random.default_rng(3).normal(0, 1.2e-6, round(600 * rate))
    channel = Channel("LAT", ChannelKind.SURFACE_EMG, "V", rate, samples.size)
    (finding,) = observe(Recording.from_arrays([samples], [channel])).findings
    assert finding.state is State.NOT_ASSESSED
    assert "sampled at 400 Hz or faster" in finding.rule


def test_answers_to_marked_stimuli_are_no_jerks():
    """Reflexes are brief; who was stimulated has no myoclonus by that."""
    rate, times = 2000.0, 1.0 + np.cumsum(np.random.default_rng(3).uniform(0.8, 3.0, 30))
    samples = np.random.default_rng(1).normal(0, 3e-6, round(rate * (times[-1] + 2)))
    waves = 1e-3 * zero_phase(np.random.default_rng(2).normal(size=30 * 60), rate, 30, 300).reshape(30, 60)
    for at, wave in zip(times, waves, strict=True):
        first = round((at + 0.032) * rate)
        samples[first : first + 60] += wave * np.hanning(60)
    channel = Channel("soleus", ChannelKind.SURFACE_EMG, "V", rate, samples.size)
    marks = [Annotation(float(at), 0.0, "stimulus 8 mA") for at in times]
    marked = Recording.from_arrays([samples], [channel], annotations=marks)
    bare = Recording.from_arrays([samples], [channel])
    finding = observe(marked).findings[0]
    assert finding.state is State.NOT_ASSESSED
    assert "answers to marked stimuli" in finding.rule
    assert observe(bare).findings[0].state is State.PRESENT


@pytest.mark.parametrize("simulator", ["fasciculation", "fasciculation-als"])
def test_bursts_that_repeat_few_waveforms_are_units_and_no_jerks(simulator):
    recording, _ = iv.simulate(simulator, 120, 7)
    measured = iv.observe(recording, ["myoclonus"])
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "single motor units" in measured.findings[0].rule


def test_bursts_of_one_side_of_the_face_are_left_to_hemifacial_spasm():
    recording, _ = iv.simulate("hemifacial-spasm", 130, 1)
    measured = observe(recording)
    assert measured.findings[0].state is State.EXCLUDED
    assert "no burst besides those named otherwise" in measured.findings[0].rule
    assert any(note.endswith("bursts not counted: named hemifacial-spasm") for note in measured.notes)
    # Both sides at once are no hemifacial spasm, and nothing is left to it.
    both = observe(iv.simulate("hemifacial-spasm", 130, 1, bilateral="true")[0])
    assert not any("hemifacial" in note for note in both.notes)


def test_answers_to_sounds_are_left_to_startle():
    onset = irregular(20)
    tones = tuple(Annotation(t - 0.06, 0.0, "tone 105 dB") for t in onset)
    (finding, *_) = observe(jerks(onset, 0.05, marks=tones)).findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule.endswith("20 of them answers to marked stimuli: to a sound, see startle")
    far = tuple(Annotation(t - 0.5, 0.0, "tone 105 dB") for t in onset)
    assert observe(jerks(onset, 0.05, marks=far)).findings[0].state is State.PRESENT


def test_blinks_are_no_jerks_and_a_muscle_beside_the_eyelids_makes_them_so():
    lids = jerks(irregular(), 0.05, (0.0, 0.001), names=("orbicularis oculi left", "R oculi"))
    finding = observe(lids).findings[0]
    assert finding.state is State.EXCLUDED
    assert any(
        note.endswith("60 bursts not counted: named blinks, as of the eyelids alone") for note in observe(lids).notes
    )
    short = jerks(irregular(), 0.05, (0.0, 0.001), names=("L OO", "orbicularis_oculi_right"))
    assert observe(short).findings[0].state is State.EXCLUDED
    assert observe(jerks(irregular(), 0.05, (0.0, 0.02), names=("eyelid", "neck"))).findings[0].state is State.PRESENT
    assert observe(jerks(irregular(), 0.05, (0.0, 0.02), names=("Galidia", "neck"))).findings[0].state is State.PRESENT
