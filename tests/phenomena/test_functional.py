"""The functional-tremor battery on simulated protocols whose score is known."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Recording, State, join
from involuntary.model.recording import Annotation
from involuntary.phenomena.functional import PHENOMENON

RATE = 100.0
SECONDS = 30.0
TIME = np.arange(round(SECONDS * RATE)) / RATE
DIRECTION = np.array([0.48, 0.64, 0.6])


def _tremor(frequency_hz, millimetres, seed):
    random = np.random.default_rng(seed)
    phase = 2 * np.pi * np.cumsum(frequency_hz * (1 + 0.03 * random.standard_normal(TIME.size))) / RATE
    return millimetres * 1e-3 * (2 * np.pi * frequency_hz) ** 2 * np.sin(phase + random.uniform(0, 6))


def _taps(rate_hz):
    phase = 2 * np.pi * rate_hz * TIME
    return 4 * np.sin(phase) + 6 * np.sin(2 * phase + 1) + 3 * np.sin(3 * phase)


def _throws():
    samples = np.zeros(TIME.size)
    for at in range(400, TIME.size - 200, 500):
        samples[at : at + 40] = 30 * np.hanning(40)
    return samples


def _pausing(samples):
    held = samples.copy()
    for at in range(400, TIME.size - 200, 500):
        held[at : at + 120] *= 0.1
    return held


def _recording(parts):
    """One after the other: (mark, left limb, right limb)."""
    limbs = [np.concatenate([part[side] for part in parts]) for side in (1, 2)]
    noise = 0.02 * np.random.default_rng(9).standard_normal((6, limbs[0].size))
    arrays = [DIRECTION[i % 3] * limbs[i // 3] + noise[i] for i in range(6)]
    names = [f"{side} {axis}" for side in ("left", "right") for axis in "xyz"]
    channels = [Channel(n, ChannelKind.ACCELEROMETER, "m/s²", RATE, limbs[0].size) for n in names]
    marks = [Annotation(i * SECONDS, SECONDS, part[0]) for i, part in enumerate(parts)]
    return Recording.from_arrays(arrays, channels, annotations=marks)


def _functional():
    together = _tremor(5.6, 4, 0)
    return _recording(
        [
            ("posture", together, 0.8 * together),
            ("load 500 g", 1.8 * _tremor(5.6, 4, 1), np.zeros(TIME.size)),
            ("tapping 1 Hz", _tremor(1.5, 40, 2), _taps(1.5)),
            ("tapping 3 Hz", _tremor(2.2, 20, 3), _taps(2.2)),
            ("tapping 5 Hz", 0.2 * _tremor(5.6, 4, 4), _taps(3.4)),
            ("ballistic", _pausing(_tremor(5.6, 4, 5)), _throws()),
        ]
    )


def _organic():
    return _recording(
        [
            ("posture", _tremor(6.5, 4, 10), _tremor(5.2, 3, 11)),
            ("load 500 g", _tremor(6.3, 4, 12), np.zeros(TIME.size)),
            ("tapping 1 Hz", _tremor(6.5, 4, 13), _taps(1.05)),
            ("tapping 3 Hz", _tremor(6.4, 4, 14), _taps(2.9)),
            ("tapping 5 Hz", _tremor(6.6, 4, 15), _taps(4.9)),
            ("ballistic", _tremor(6.5, 4, 16), _throws()),
        ]
    )


def _with_muscles(recording, tonic_s, frequency_hz=5.6, rate=1000.0, phase=0.5):
    """Add the wrist of the left arm: bursts that begin a second into each condition, after tonic activity of both."""
    random = np.random.default_rng(11)
    time = np.arange(round(recording.duration_s * rate)) / rate
    levels = np.zeros((2, time.size))
    for mark in recording.annotations:
        start, stop = mark.onset_s + 1, mark.onset_s + mark.duration_s - 0.5
        levels[:, (time >= start - tonic_s) & (time < start)] = 0.7
        beats = np.arange(start, stop, 1 / frequency_hz)
        for level, shift in zip(levels, (0, phase / frequency_hz), strict=True):
            at = np.searchsorted(beats + shift, time, side="right") - 1
            inside = (at >= 0) & (time - (beats + shift)[np.maximum(at, 0)] < 0.4 / frequency_hz) & (time < stop)
            level[inside] = 1.0
    emg = 100e-6 * levels * random.standard_normal(levels.shape) + 5e-6 * random.standard_normal(levels.shape)
    channels = [
        Channel(f"left wrist {name}", ChannelKind.SURFACE_EMG, "V", rate, time.size) for name in ("flexor", "extensor")
    ]
    arrays = [recording.samples(i) for i in range(len(recording.channels))]
    return Recording.from_arrays(
        [*arrays, *emg], [*recording.channels, *channels], annotations=list(recording.annotations)
    )


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _points(measured):
    return {m.id.split(".")[1].split("@")[0] for m in measured.measurements if m.quality == "a point"}


def _score(measured):
    return next(m for m in measured.measurements if m.id.startswith("functional.score@"))


def test_every_positive_sign_is_counted():
    measured = _observe(_functional())
    rates = [f"{kind}_{rate}hz" for kind in ("tapping_error", "entrainment") for rate in (1, 3, 5)]
    assert _points(measured) == {*rates, "ballistic", "coherence", "load_rise"}
    score = _score(measured)
    assert (score.value, score.interval, score.n) == (9, (9, 10), 9)
    assert score.quality == "not done: coactivation"
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.likelihood_ratio.value == pytest.approx(0.895 / 0.041)


def test_an_organic_tremor_has_no_point_and_that_proves_nothing():
    measured = _observe(_organic())
    assert _points(measured) == set()
    assert _score(measured).interval == (0, 1)
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule == (
        "functional: 0 points of at least 3, 1 more attainable; not done: coactivation; "
        "too few positive signs prove nothing"
    )


def test_the_numbers_behind_the_points():
    values = {m.id.split(".")[1].split("@")[0]: m.value for m in _observe(_functional()).measurements}
    assert values["tapping_error_1hz"] == pytest.approx(50, abs=4)
    assert values["tapping_error_5hz"] == pytest.approx(32, abs=2)
    assert values["entrainment_1hz"] == pytest.approx(1.5 - 5.6, abs=0.15)
    assert values["ballistic"] > 70
    assert values["load_rise"] == pytest.approx(80, abs=15)


def test_one_recording_a_condition_joined_scores_as_one_with_marks():
    whole, n = _functional(), TIME.size
    parts = [
        Recording.from_arrays(
            [whole.samples(i, k * n, (k + 1) * n) for i in range(6)],
            [replace(channel, n_samples=n) for channel in whole.channels],
        )
        for k in range(len(whole.annotations))
    ]
    joined = _observe(join(parts, [mark.text for mark in whole.annotations]))
    assert _score(joined).value == _score(_observe(whole)).value == 9


def test_a_protocol_that_begins_at_rest_is_judged_by_the_posture_that_trembles():
    still = np.zeros(TIME.size)
    parts = [
        ("rest", still, still),
        ("posture", _tremor(6.5, 4, 10), _tremor(5.2, 3, 11)),
        ("load 500 g", 1.8 * _tremor(6.3, 4, 12), still),
    ]
    measured = _observe(_recording(parts))
    assert _points(measured) == {"load_rise"}
    rise = next(m for m in measured.measurements if "load_rise" in m.id)
    assert rise.value == pytest.approx(80, abs=8)


def test_tests_not_done_are_named():
    parts = [("posture", _tremor(5.2, 4, 0), np.zeros(TIME.size)), ("tapping 3 Hz", _tremor(5.2, 4, 1), _taps(3))]
    score = _score(_observe(_recording(parts)))
    assert (score.value, score.interval) == (0, (0, 7))
    assert score.quality == (
        "not done: tapping_error_1hz, tapping_error_5hz, entrainment_1hz, entrainment_5hz, ballistic, "
        "load_rise, coactivation"
    )


def test_without_protocol_second_limb_or_tremor_it_is_not_assessed():
    whole = _organic()
    bare = Recording(whole.format, whole.channels, whole.source)
    one = Recording.from_arrays([TIME], [Channel("x", ChannelKind.ACCELEROMETER, "m/s²", RATE, TIME.size)])
    still = _recording([("posture", np.zeros(TIME.size), np.zeros(TIME.size))])
    for recording, why in ((bare, "needs a motion sensor"), (one, "needs a motion sensor"), (still, "neither limb")):
        measured = _observe(recording)
        assert measured.findings[0].state is State.NOT_ASSESSED
        assert why in measured.notes[0]
        assert not measured.measurements


@pytest.mark.parametrize(("tonic_s", "point"), [(0.3, True), (0.0, False)])
@pytest.mark.parametrize("phase", [0.5, 0.0])
def test_tonic_activity_of_antagonists_before_the_tremor_gives_the_tenth_point(tonic_s, point, phase):
    measured = _observe(_with_muscles(_functional(), tonic_s, phase=phase))
    score = _score(measured)
    assert (score.value, score.interval, score.n) == (9 + point, (9 + point, 9 + point), 10)
    assert score.quality == "every test done"
    length = next(m for m in measured.measurements if m.id.startswith("functional.coactivation@"))
    assert length.value == pytest.approx(1e3 * tonic_s, abs=40)
    assert length.n == 6


def test_muscles_of_the_other_arm_or_without_a_beginning_leave_the_test_undone():
    whole = _with_muscles(_functional(), 0.3)
    other = [replace(c, name=c.name.replace("left wrist", "right wrist")) for c in whole.channels]
    arrays = [whole.samples(i) for i in range(len(other))]
    moved = Recording.from_arrays(arrays, other, annotations=list(whole.annotations))
    assert _score(_observe(moved)).quality == "not done: coactivation"
    held = [
        array if i < 6 else 100e-6 * np.random.default_rng(i).standard_normal(array.size)
        for i, array in enumerate(arrays)
    ]
    tonic = Recording.from_arrays(held, whole.channels, annotations=list(whole.annotations))
    assert _score(_observe(tonic)).quality == "not done: coactivation"


@pytest.mark.parametrize(
    ("kind", "points", "undone"),
    [("functional", 10, ""), ("essential", 0, "entrainment_3hz"), ("physiological", 0, "")],
)
def test_the_score_of_simulated_examinations_is_exact(kind, points, undone):
    protocol = "posture, load 500 g, tapping 1 Hz, tapping 3 Hz, tapping 5 Hz, ballistic"
    recording, _ = iv.simulate("tremor-protocol", 180, 2, kind=kind, protocol=protocol, emg="true")
    score = _score(_observe(recording))
    # A tremor of 6.5 Hz cannot be told from one that follows the double of tapping at 3 Hz.
    assert (score.value, score.quality) == (points, f"not done: {undone}" if undone else "every test done")
