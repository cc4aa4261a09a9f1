"""Tremor: simulated with known truth, what must yield none, and real recordings with what is known of them."""

import csv
from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.errors import ParameterError
from involuntary.formats import read
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena.tremor import PHENOMENON
from involuntary.simulators.tremor import GENERATOR, TremorParameters
from shared_data import shared

RATE = 100.0
DIRECTION = np.array([0.48, 0.64, 0.6])


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), settings)


def _sensor(samples, kind=ChannelKind.ACCELEROMETER, unit="m/s²", rate=RATE):
    samples = np.atleast_2d(samples)
    channels = [Channel(f"hand {axis}", kind, unit, rate, samples.shape[1]) for axis in "xyz"[: len(samples)]]
    return Recording.from_arrays(list(samples), channels)


def _value(measured, what):
    return next(m for m in measured.measurements if m.id.startswith(f"tremor.{what}@"))


def _acceleration(frequency_hz, amplitude_mm, seconds=60.0, ratio_db=np.inf, seed=0, rate=RATE):
    time = np.arange(round(seconds * rate)) / rate
    signal = amplitude_mm * 1e-3 * (2 * np.pi * frequency_hz) ** 2 * np.sin(2 * np.pi * frequency_hz * time)
    noise = np.random.default_rng(seed).standard_normal((3, time.size)) * signal.std() * 10 ** (-ratio_db / 20)
    return DIRECTION[:, None] * signal + noise / np.sqrt(3) + 9.80665 * np.array([0, 0, 1.0])[:, None]


@pytest.mark.parametrize("frequency_hz", [4.2, 5.0, 7.3, 11.0, 15.0])
@pytest.mark.parametrize("ratio_db", [20, 10, 0])
def test_frequency_and_displacement_at_any_noise(frequency_hz, ratio_db):
    for seed in range(5):
        measured = _observe(_sensor(_acceleration(frequency_hz, 2.0, ratio_db=ratio_db, seed=seed)))
        assert _value(measured, "frequency").value == pytest.approx(frequency_hz, abs=0.05)
        assert _value(measured, "amplitude").value == pytest.approx(2.0, rel=0.05)
        assert measured.findings[0].state is State.PRESENT


def test_the_numbers_come_with_what_they_need():
    measured = _observe(_sensor(_acceleration(5.0, 2.0, seconds=120, ratio_db=20)))
    frequency, amplitude, index = (_value(measured, w) for w in ("frequency", "amplitude", "stability_index"))
    assert frequency.interval[0] < frequency.value < frequency.interval[1]
    assert (amplitude.unit, amplitude.channel, amplitude.n) == ("mm", "hand y", 40)
    assert amplitude.quality == "0.2 g peak, above the 0.035 g of healthy outstretched hands"
    assert (index.quality, index.unit) == ("good", "Hz")
    assert index.value < 0.05
    assert index.n > 590
    assert _value(measured, "half_width").quality == "limited by the resolution"
    assert _value(measured, "time_share").value == 1.0
    assert dict(frequency.provenance.parameters)["slowest_hz"] == "4.0"


def test_a_pure_tone_is_perfectly_steady():
    measured = _observe(_sensor(_acceleration(5.0, 2.0, seconds=100, rate=1000.0), rate=1000.0))
    assert _value(measured, "stability_index").value == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "truth",
    [
        {"frequency_hz": 5.0},
        {"frequency_hz": 4.5, "harmonic_2": 0.4, "harmonic_3": 0.2},
        {"frequency_hz": 9.0, "amplitude_mm": 0.5, "cycle_cv": 0.05},
        {"frequency_hz": 6.0, "epoch_s": 12.0, "pause_s": 9.0},
    ],
)
def test_a_simulated_limb(truth):
    p = replace(TremorParameters(), emg=False, **truth)
    recording, (epochs,) = GENERATOR.generate(60.0, np.random.default_rng(3), p)
    measured = _observe(recording)
    # The jittered cycles of one minute have their own mean.
    assert _value(measured, "frequency").value == pytest.approx(p.frequency_hz, abs=0.1)
    assert _value(measured, "amplitude").value == pytest.approx(p.amplitude_mm, rel=0.1)
    (found,) = measured.events
    assert set(found.channel) == set(epochs.channel)
    assert len(found) == len(epochs)
    np.testing.assert_allclose(found.onset_s, epochs.onset_s, atol=3)
    np.testing.assert_allclose(found.stop_s, epochs.stop_s, atol=3)
    np.testing.assert_allclose(found.features["frequency_hz"], p.frequency_hz, atol=0.2)


def test_a_harmonic_is_not_taken_as_the_peak():
    fundamental, second = _acceleration(4.5, 1.0), _acceleration(9.0, 0.4)
    measured = _observe(_sensor(fundamental + second))
    assert _value(measured, "frequency").value == pytest.approx(4.5, abs=0.02)
    assert _value(measured, "harmonics").value == pytest.approx((0.4 * 4) ** 2, rel=0.05)
    np.testing.assert_allclose(measured.events[0].features["frequency_hz"], 4.5, atol=0.02)


def test_bursts_of_an_antagonist_pair():
    recording, _ = GENERATOR.generate(30.0, np.random.default_rng(4), TremorParameters(frequency_hz=5.5))
    measured = _observe(recording)
    muscles = [m for m in measured.measurements if m.id in ("tremor.frequency@flexor", "tremor.frequency@extensor")]
    assert [m.value for m in muscles] == pytest.approx([5.5, 5.5], abs=0.1)
    assert {m.unit for m in measured.measurements if "amplitude@flexor" in m.id} == {"µV"}


def _walk(pace_hz, random, time):
    phase = 2 * np.pi * np.cumsum(pace_hz + 0.05 * random.standard_normal(time.size)) / RATE
    return sum(a * np.sin(k * phase + k) for k, a in ((1, 1.0), (2, 1.5), (3, 0.6), (4, 0.5)))


def _jerks(random, time):
    samples = np.zeros(time.size)
    for at in random.integers(0, time.size - 20, 12):
        samples[at : at + 20] += 5 * np.hanning(20)
    return samples


NOTHING = {
    "noise": lambda random, time: random.standard_normal(time.size),
    "drift": lambda random, time: 0.05 * np.cumsum(random.standard_normal(time.size)),
    "silence": lambda random, time: np.zeros(time.size),
    "gravity": lambda random, time: np.full(time.size, 9.80665),
    "slow walk": lambda random, time: _walk(1.0, random, time),
    "walk": lambda random, time: _walk(1.8, random, time),
    "jerks": _jerks,
}


@pytest.mark.parametrize("what", NOTHING)
@pytest.mark.parametrize("kind", [ChannelKind.ACCELEROMETER, ChannelKind.GYROSCOPE])
def test_names_no_tremor_where_none_is(what, kind):
    random, time = np.random.default_rng(6), np.arange(6000) / RATE
    samples = np.stack([NOTHING[what](random, time) for _ in "xyz"])
    if what not in ("silence", "gravity"):
        samples += 0.01 * random.standard_normal(samples.shape)
    if kind is ChannelKind.GYROSCOPE:
        samples = 20 * samples
    unit = "deg/s" if kind is ChannelKind.GYROSCOPE else "m/s²"
    measured = _observe(_sensor(samples, kind, unit))
    assert measured.findings[0].state is not State.PRESENT
    assert sum(map(len, measured.events)) <= 1
    assert measured.notes


def test_physiological_tremor_is_not_named_and_the_result_says_so():
    # 0.01 g, the most frequent peak acceleration in healthy hands (Wade 1982).
    measured = _observe(_sensor(_acceleration(8.0, 0.0388, ratio_db=10)))
    finding = measured.findings[0]
    assert finding.state is State.NOT_ASSESSED
    assert "0.01 g peak, near the physiological level, within the 0.035 g" in finding.rule
    assert "near the physiological level" in _value(measured, "amplitude").quality
    assert len(measured.events[0]) == 1


@pytest.mark.parametrize(
    ("seconds", "frequency_hz", "why"),
    [
        (6.0, 5.0, "hand x + hand y + hand z: 6 s usable, 10 s are needed"),
        (60.0, 3.4, "below 4 Hz it may be voluntary: record at rest or in posture, and say so"),
    ],
)
def test_what_cannot_be_told_is_not_assessed(seconds, frequency_hz, why):
    measured = _observe(_sensor(_acceleration(frequency_hz, 3.0, seconds=seconds, ratio_db=20)))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert why in measured.findings[0].rule
    assert any(why in note for note in measured.notes)


def test_a_slow_recorder_is_refused_with_its_reason():
    measured = _observe(_sensor(np.random.default_rng(0).standard_normal((3, 600)), rate=20.0))
    assert measured.notes == ("tremor: hand x not assessed: needs 38 Hz, got 20 Hz",)
    turning = _sensor(np.zeros((3, 600)), ChannelKind.GYROSCOPE, "deg/s", rate=50.0)
    assert _observe(turning).notes == ("tremor: hand x not assessed: needs 52 Hz, got 50 Hz",)


def test_a_wearable_of_50_hz_is_enough():
    measured = _observe(_sensor(_acceleration(6.0, 2.0, ratio_db=10, rate=50.0), rate=50.0))
    assert _value(measured, "frequency").value == pytest.approx(6.0, abs=0.05)
    assert _value(measured, "amplitude").value == pytest.approx(2.0, rel=0.05)


def test_a_setting_changes_the_rule():
    recording = _sensor(_acceleration(3.4, 3.0, ratio_db=20))
    assert _observe(recording, slowest_hz="3").findings[0].state is State.PRESENT


def _protocol(*parts, seconds=30.0):
    """Conditions one after the other: (mark, frequency in Hz, amplitude in mm)."""
    pieces = [_acceleration(f, mm, seconds, ratio_db=20, seed=i) for i, (_, f, mm) in enumerate(parts)]
    marks = [Annotation(i * seconds, seconds, text) for i, (text, _, _) in enumerate(parts)]
    recording = _sensor(np.concatenate(pieces, axis=1))
    return Recording(recording.format, recording.channels, recording.source, annotations=tuple(marks))


def test_each_condition_has_its_own_numbers_and_finding():
    measured = _observe(_protocol(("rest", 5.0, 3.0), ("posture, arms out", 5.4, 0.05), ("tapping 3 Hz", 3.0, 9.0)))
    assert _value(measured, "frequency.rest").value == pytest.approx(5.0, abs=0.05)
    assert _value(measured, "frequency.posture").value == pytest.approx(5.4, abs=0.05)
    states = {f.term.label: f.state for f in measured.findings}
    assert states == {
        "Tremor": State.PRESENT,
        "Resting tremor": State.PRESENT,
        "Postural tremor": State.NOT_ASSESSED,
    }
    assert not any("tapping" in m.id for m in measured.measurements)
    assert np.all(measured.events[0].stop_s <= 60)


@pytest.mark.parametrize("loaded_hz", [7.8, 5.5])
def test_a_load_shifts_a_mechanical_rhythm(loaded_hz):
    measured = _observe(_protocol(("posture", 8.0, 2.0), ("load 500 g", loaded_hz, 2.0)))
    shift = _value(measured, "load_shift.load")
    assert shift.value == pytest.approx(8.0 - loaded_hz, abs=0.05)
    assert shift.interval[0] <= shift.value <= shift.interval[1]


def test_conditions_are_held_against_the_table_of_names():
    measured = _observe(_protocol(("rest", 5.0, 3.0), ("posture", 5.2, 2.0), ("load", 5.1, 2.0)))
    parkinsonian = next(m for m in measured.measurements if m.id == "tremor.criteria_parkinsonian")
    assert (parkinsonian.value, parkinsonian.quality) == (1.0, "for: resting tremor, 4–7 Hz")
    essential = next(m for m in measured.measurements if m.id == "tremor.criteria_essential")
    assert essential.quality == (
        "for: postural tremor, 4–12 Hz, load slows by 1 Hz or less; not recorded: both sides, sides not coherent"
    )


@pytest.mark.parametrize(("amplitude_mm", "step"), [(4.0, 1), (6.0, 2), (20.0, 3), (60.0, 4)])
def test_the_rating_goes_by_centimetres_from_peak_to_peak(amplitude_mm, step):
    measured = _observe(_sensor(_acceleration(5.0, amplitude_mm, ratio_db=20)), condition="rest")
    assert _value(measured, "rating_step").value == step


@pytest.mark.parametrize(("condition", "amplitude_mm"), [("standing", 4.0), ("rest", 0.05)])
def test_what_no_item_rates_or_what_healthy_hands_have_has_no_step(condition, amplitude_mm):
    measured = _observe(_sensor(_acceleration(5.0, amplitude_mm, ratio_db=20)), condition=condition)
    assert not any("rating_step" in m.id for m in measured.measurements)


def test_a_stated_condition_tells_a_slow_tremor_from_a_task():
    recording = _sensor(_acceleration(3.4, 3.0, ratio_db=20))
    resting = _observe(recording, condition="resting")
    assert {f.term.id: f.state for f in resting.findings} == {"HP:0001337": State.PRESENT, "HP:0002322": State.PRESENT}
    assert _observe(recording, condition="kinetic").findings[0].state is State.NOT_ASSESSED
    with pytest.raises(ParameterError) as refused:
        _observe(recording, condition="restt")
    assert str(refused.value) == (
        "condition: is unknown (did you mean 'rest'?); got 'restt'; "
        "known: rest, posture, load, kinetic, tapping, ballistic, agility, pronation, standing"
    )


def test_a_recording_of_tests_alone_is_not_assessed():
    measured = _observe(_protocol(("tapping 3 Hz", 3.0, 9.0)))
    assert measured.notes == ("tremor: not assessed: only movements on request were recorded",)


def _phone(name):
    return _observe(read(shared("data", "phone-tremor", f"{name}.csv")))


@pytest.mark.parametrize(
    ("name", "frequency_hz"),
    [
        ("rest_tremor_amplitude_left_hand", 5.75),
        ("postural_tremor_of_the_hands_left_hand", 7.75),
        ("postural_tremor_of_the_hands_right_hand", 7.25),
    ],
)
def test_a_phone_in_the_hand(name, frequency_hz):
    measured = _phone(name)
    assert _value(measured, "frequency").value == pytest.approx(frequency_hz, abs=0.5)
    amplitude = _value(measured, "amplitude")
    assert amplitude.unit == "mm"
    assert "near the physiological level" in amplitude.quality
    assert measured.findings[0].state is not State.PRESENT


def test_a_phone_at_rest_is_ordered_as_the_clinician_rated():
    names = [f"rest_tremor_amplitude_{limb}" for limb in ("right_hand", "left_hand", "left_leg", "right_leg")]
    right, left, *legs = [_phone(name) for name in names]
    sizes = [_value(m, "amplitude").value for m in (right, left, *legs)]
    assert sizes[0] > sizes[1] > max(sizes[2:])
    assert all(leg.findings[0].state is not State.PRESENT for leg in legs)


@pytest.mark.parametrize("task", ["leg_agility_left_leg", "leg_agility_right_leg", "pronation_supination_right_hand"])
def test_a_voluntary_task_is_no_tremor(task):
    assert _phone(task).findings[0].state is not State.PRESENT


def test_a_wrist_in_daily_life_agrees_with_the_published_algorithm():
    measured = _observe(read(shared("data", "wrist-parkinson", "wrist.bdf")))
    with shared("data", "wrist-parkinson", "reference_windows.csv").open() as file:
        rows = list(csv.DictReader(file))
    (found,) = measured.events
    middle = np.array([float(row["window_start_s"]) + 2 for row in rows])
    inside = (middle[:, None] >= found.onset_s) & (middle[:, None] < found.stop_s)
    np.testing.assert_array_equal(inside.any(axis=1), [row["checked"] == "1" for row in rows])
    theirs = np.array([float(row["freq_peak"]) for row in rows])
    ours = found.features["frequency_hz"][np.argmax(inside, axis=1)]
    close = np.abs(ours - theirs)[inside.any(axis=1)] <= 0.25
    assert close.mean() >= 0.9
    assert measured.findings[0].state is State.PRESENT
    assert _value(measured, "amplitude").unit == "deg"


def test_what_chance_gives_is_neither_an_epoch_nor_an_exclusion():
    """The clinician rated rest tremor of this right hand 2; the recording shows it only now and then, and weakly."""
    recording = read(shared("data", "phone-tremor", "rest_tremor_amplitude_right_hand.csv"))
    measured = PHENOMENON.observe(Bench(recording))
    assert sum(map(len, measured.events)) == 0
    assert [f.state for f in measured.findings] == [State.NOT_ASSESSED]


@pytest.mark.parametrize("leg", ["left", "right"])
def test_no_epoch_of_tremor_is_written_in_a_leg_at_rest(leg):
    recording = read(shared("data", "phone-tremor", f"rest_tremor_amplitude_{leg}_leg.csv"))
    assert sum(map(len, PHENOMENON.observe(Bench(recording)).events)) == 0


def test_half_a_minute_of_a_limb_excludes_no_tremor():
    """The clinician rated the postural tremor of this hand 1; 32 s of it hold no window that counts."""
    recording = read(shared("data", "phone-tremor", "postural_tremor_of_the_hands_right_hand.csv"))
    (finding,) = PHENOMENON.observe(Bench(recording)).findings
    assert finding.state is State.NOT_ASSESSED
    assert "too short to exclude one" in finding.rule


def test_speech_is_no_tremor():
    recording, _ = iv.simulate("mouth", 300, 1, activity="talking")
    measured = PHENOMENON.observe(Bench(recording))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert measured.events == () or sum(map(len, measured.events)) == 0


def test_a_tremor_of_the_muscle_that_comes_and_goes_is_one():
    """Bouts of nine seconds in every thirty, whose cycles vary by a tenth."""
    random, rate = np.random.default_rng(1), 1000.0
    x = random.normal(0, 5, round(240 * rate))
    for bout in range(8):
        time = 5 + 30 * bout
        stop = time + 9
        while time < stop:
            first, n = round(time * rate), round(0.08 * rate)
            x[first : first + n] += 40 * np.sin(np.pi * np.arange(n) / n) * random.normal(0, 1, n)
            time += (1 + 0.1 * random.standard_normal()) / 5.5
    channel = Channel("wrist flexor", ChannelKind.SURFACE_EMG, "V", rate, x.size)
    (finding,) = PHENOMENON.observe(Bench(Recording.from_arrays([x * 1e-6], [channel]))).findings
    assert finding.state is State.PRESENT


@pytest.mark.parametrize(("simulator", "seed"), [("chorea", 7), ("negative-myoclonus", 7)])
def test_movements_of_no_one_rate_are_no_tremor(simulator, seed):
    measured = _observe(iv.simulate(simulator, 120, seed)[0])
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "Hz wide: movements of no one rate" in measured.findings[0].rule
    assert not sum(map(len, measured.events))


def _beating(name, marks=(), seconds=60.0, rate=1000.0):
    """Six beats a second in three runs, after which the muscle rests."""
    random = np.random.default_rng(3)
    time = np.arange(round(seconds * rate)) / rate
    beats = np.concatenate([np.arange(start, start + 6, 1 / 6) for start in (10, 30, 48)])
    envelope = np.exp(-0.5 * ((time[:, None] - beats) / 0.02) ** 2).sum(axis=1)
    x = (150e-6 * envelope + 5e-6) * random.standard_normal(time.size)
    noted = [
        Annotation(at, 0.0, "stretch") if text == "stretch" else Annotation(0, seconds, text) for at, text in marks
    ]
    channel = Channel(name, ChannelKind.SURFACE_EMG, "V", rate, x.size)
    return Recording.from_arrays([x], [channel], annotations=noted)


def test_what_is_named_clonus_is_no_tremor():
    stretched = [(9.5, "stretch"), (29.5, "stretch"), (47.5, "stretch")]
    observed = iv.observe(_beating("soleus", stretched), ["tremor", "clonus"])
    assert {f.phenomenon: f.state for f in observed.findings} == {
        "clonus": State.PRESENT,
        "tremor": State.NOT_ASSESSED,
    }
    assert not any(events.kind == "tremor" for events in observed.events)
    assert any("s are left to clonus, which was named there" in note for note in observed.notes)
    # It is looked for where it was not asked for, and a setting names it too.
    assert _observe(_beating("soleus", stretched)).findings[0].state is State.NOT_ASSESSED
    told = iv.observe(_beating("wrist flexor"), ["tremor", "clonus"], {"clonus.context": "stretch"})
    assert all(f.state is State.NOT_ASSESSED for f in told.findings if f.phenomenon == "tremor")


def test_runs_of_beats_of_a_leg_may_be_either_until_the_condition_is_known():
    (finding,) = _observe(_beating("soleus")).findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule.endswith("a mark of the stretch, or of the condition (rest, posture, standing), would decide")
    assert _observe(_beating("soleus", [(0, "standing")])).findings[0].state is State.PRESENT
    assert _observe(_beating("wrist flexor")).findings[0].state is State.PRESENT


@pytest.mark.parametrize("frequency_hz", [4.2, 7.3, 10.0, 14.0])
def test_a_landmark_filmed_at_sixty_frames_has_its_true_amplitude(frequency_hz):
    rate = 60.0
    time = np.arange(round(60 * rate)) / rate
    position = DIRECTION[:, None] * 0.004 * np.sin(2 * np.pi * frequency_hz * time)
    position = position + 0.0002 * np.random.default_rng(1).standard_normal(position.shape)
    measured = _observe(_sensor(position, ChannelKind.DISPLACEMENT, "m", rate))
    assert _value(measured, "amplitude").value == pytest.approx(4.0, rel=0.03)
