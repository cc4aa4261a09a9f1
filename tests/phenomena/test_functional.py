"""The functional-tremor battery on simulated protocols whose score is known."""

from dataclasses import replace

import numpy as np
import pytest

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
