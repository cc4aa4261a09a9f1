from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.dsp.bands import zero_phase
from involuntary.model import Annotation, Channel, ChannelKind, Recording, State
from involuntary.phenomena.negative_myoclonus import PHENOMENON
from involuntary.testing.scoring import match

RATE = 1000.0


def observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def value(measured, name):
    return next(m for m in measured.measurements if m.id.split("@")[0] == f"negative-myoclonus.{name}")


def posture(onset_s, length_s=0.1, muscles=2, seconds=100.0, jerk=False, seed=0):
    """Steady muscles over noise, all silent at the same moments; with a jerk just before, if wanted."""
    random, arrays, n = np.random.default_rng(seed), [], round(seconds * RATE)
    for _ in range(muscles):
        x = zero_phase(random.standard_normal(n), RATE, 20, 300)
        x *= 40e-6 / x.std()
        for onset in onset_s:
            first = round(onset * RATE)
            if jerk:
                x[first - 30 : first] *= 6
            x[first : first + round(length_s * RATE)] = 0
        arrays.append(x + 3e-6 * random.standard_normal(n))
    channels = [Channel(f"muscle {i}", ChannelKind.SURFACE_EMG, "V", RATE, n) for i in range(muscles)]
    return Recording.from_arrays(arrays, channels)


def irregular(n=30, seconds=95.0, seed=1):
    gaps = 0.8 + np.random.default_rng(seed).exponential(1.5, n)
    return 2 + np.cumsum(gaps) * (seconds - 4) / gaps.sum()


def test_silent_periods_after_marked_stimuli_are_none():
    times = irregular()
    silent = posture(times, length_s=0.12)
    assert observe(silent).findings[0].state is State.PRESENT
    marks = tuple(Annotation(float(t) - 0.03, 0.0, "TMS 70 %") for t in times)
    stimulated = observe(replace(silent, annotations=marks))
    assert stimulated.findings[0].state is not State.PRESENT
    assert value(stimulated, "rate").value == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_asterixis_with_the_falling_hand(seed):
    recording, (truth,) = iv.simulate("negative-myoclonus", 120, seed)
    measured = observe(recording)
    assert measured.findings[0].state is State.PRESENT
    (events,) = measured.events
    for name in ("wrist extensor", "wrist flexor"):
        score = match(truth.on(name).onset_s, events.on(name).onset_s, 0.05)
        assert score.sensitivity >= 0.95
        assert score.precision >= 0.95
    length = 1e3 * np.median(truth.duration_s)
    assert value(measured, "silence_duration").value == pytest.approx(
        length, abs=16
    )  # discharges leave gaps on either side
    assert value(measured, "fall").value == pytest.approx(2.0, abs=0.3)
    assert value(measured, "jerk_before").value < 0.1


def test_a_jerk_before_the_silence_is_seen():
    assert value(observe(posture(irregular(), jerk=True)), "jerk_before").value > 0.9
    assert value(observe(posture(irregular())), "jerk_before").value < 0.1


def test_silences_of_one_of_two_holding_muscles_are_no_lapse_of_posture():
    one, other = posture(irregular(), muscles=1), posture([], muscles=1, seed=5)
    both = Recording.from_arrays([one.samples(0), other.samples(0)], posture([], muscles=2).channels)
    assert observe(both).findings[0].state is State.EXCLUDED
    assert observe(one).findings[0].state is State.PRESENT


@pytest.mark.parametrize(
    ("onset", "seconds", "why"),
    [
        (np.arange(2, 95, 0.25), 100, "regular at 4.0 Hz: the troughs of a tremor"),
        ([20.0, 50.0], 100, "2 silences in 100 s of held posture; at least 3 needed"),
        ([], 40, "less than 60 s excludes nothing"),
        ([], 8, "8 s of held posture, 10 s are needed"),
    ],
    ids=["tremor", "few", "short", "shorter"],
)
def test_what_is_not_asterixis_says_why(onset, seconds, why):
    measured = observe(posture(onset, seconds=seconds))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert why in measured.findings[0].rule
    assert measured.events == ()


@pytest.mark.parametrize(
    ("simulator", "settings"),
    [
        ("voluntary", {}),
        ("voluntary", {"excitation_percent": 8}),
        ("voluntary", {"pattern": "phasic"}),
        ("voluntary", {"pattern": "phasic", "on_s": 0.6, "off_s": 0.5}),
        ("tremor", {}),
        ("rest", {"ecg_uv": 300}),
        ("neuromyotonia", {}),
        ("cramp", {}),
    ],
    ids=["steady", "weak", "phasic", "quick", "tremor", "heart", "neuromyotonia", "cramp"],
)
def test_what_holds_none_is_not_named_so(simulator, settings):
    recording, _ = iv.simulate(simulator, 120, 1, **settings)
    assert observe(recording).findings[0].state is not State.PRESENT


def test_the_pauses_of_speech_are_no_asterixis():
    recording, _ = iv.simulate("mouth", duration=60, seed=1, activity="talking")
    (finding,) = iv.observe(recording, phenomena=["negative-myoclonus"]).findings
    assert finding.state is not State.PRESENT


def test_brief_silences_are_counted_and_name_nothing():
    measured = observe(posture(irregular(), length_s=0.035))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "of 30 to 50 ms, shorter than negative myoclonus is described" in measured.findings[0].rule
    assert value(measured, "rate_brief").n >= 15
    assert value(measured, "rate").n == 0
    assert value(observe(posture(irregular())), "rate_brief").n == 0


def test_gaps_between_the_discharges_of_a_weak_contraction_are_no_silences():
    random = np.random.default_rng(3)
    n = round(120 * RATE)
    time = np.arange(-0.008, 0.008, 1 / RATE)
    potential = (1 - (time / 0.002) ** 2) * np.exp(-0.5 * (time / 0.002) ** 2)
    arrays = []
    for _ in range(2):
        train = np.where(random.random(n) < 150 / RATE, random.gamma(2.0, 30e-6, n), 0.0)
        arrays.append(np.convolve(train, potential, "same") + 3e-6 * random.standard_normal(n))
    channels = [Channel(f"muscle {i}", ChannelKind.SURFACE_EMG, "V", RATE, n) for i in range(2)]
    (finding,) = observe(Recording.from_arrays(arrays[:1], channels[:1])).findings
    assert finding.state is State.NOT_ASSESSED
    assert "gaps as long come by chance: hold more strongly" in finding.rule
    assert observe(Recording.from_arrays(arrays, channels)).findings[0].state is not State.PRESENT
