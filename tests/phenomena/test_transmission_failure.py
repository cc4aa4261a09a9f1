"""Trains of known decrement, the published limits, and simulated studies."""

import re
from dataclasses import replace

import numpy as np
import pytest

from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena import observe
from involuntary.phenomena.transmission_failure import change
from involuntary.simulators import simulate

RATE = 8000.0


def wave(time):
    x = np.maximum(time - 0.004, 0) / 0.002
    return 1.2778 * x * np.exp(1 - x) * (1 - x / 4)


def train(
    sizes,
    rate_hz=3.0,
    start=0.5,
    marks=(),
    name="abductor pollicis brevis",
    noise_uv=10.0,
    unit="V",
    seed=0,
    shape=wave,
):
    """Sizes in mV, one a stimulus; a list of lists for several trains 8 s apart."""
    trains = sizes if isinstance(sizes[0], list | np.ndarray) else [sizes]
    times = [start + 8.0 * i + np.arange(len(one)) / rate_hz for i, one in enumerate(trains)]
    n = round((times[-1][-1] + 0.5) * RATE)
    time = np.arange(n) / RATE
    samples = np.random.default_rng(seed).normal(0, noise_uv * 1e-6, n)
    for moments, one in zip(times, trains, strict=True):
        for at, size in zip(moments, one, strict=True):
            near = slice(round(at * RATE), round((at + 0.06) * RATE))
            samples[near] += 1e-3 * size * shape(time[near] - at)
            samples[near] += np.where(time[near] - at < 0.0003, 3e-3, 0.0)
    scale = 1.0 if unit == "V" else 1e7
    channel = Channel(name, ChannelKind.SURFACE_EMG, unit, RATE, n)
    stimuli = [Annotation(float(t), 0.0, "stimulus") for moments in times for t in moments]
    return Recording.from_arrays([scale * samples], [channel], annotations=[*stimuli, *marks])


def read(recording, **settings):
    observation = observe(recording, ["transmission-failure"], {k: str(v) for k, v in settings.items()})
    return {m.id.split(".", 1)[1].split("@")[0]: m for m in observation.measurements}, observation.findings


def test_decrement_by_hand():
    assert change(8.0, 6.8) == pytest.approx(15.0)
    assert change(5.0, 8.0) == pytest.approx(-60.0)


@pytest.mark.parametrize("decrement", [0, 5, 8, 10, 12, 20, 40])
@pytest.mark.parametrize("rate_hz", [2.0, 3.0, 5.0])
def test_decrement_within_one_point(decrement, rate_hz):
    course = np.array([0.0, 0.6, 0.9, 1.0, 1.0, 0.95, 0.9, 0.9, 0.88, 0.87])
    found, _ = read(train(8.0 * (1 - decrement / 100 * course), rate_hz))
    assert found["decrement_amplitude"].value == pytest.approx(decrement, abs=1)
    assert found["decrement_area"].value == pytest.approx(decrement, abs=1)
    assert found["decrement_lowest"].value == pytest.approx(decrement, abs=1)


@pytest.mark.parametrize(
    ("name", "decrement", "state", "said"),
    [
        ("frontalis", 8.5, State.PRESENT, "≥ 7 % (frontalis; 122 with myasthenia gravis, 182 controls); within"),
        ("nasalis", 7.0, State.EXCLUDED, "within decrement amplitude ≥ 8 % (nasalis; 122 with"),
        ("nasalis left", 12.0, State.PRESENT, "controls); beyond decrement amplitude ≥ 10 % (nasalis; 122 with"),
        ("trapezius", 8.5, State.EXCLUDED, "within decrement amplitude ≥ 10 %"),
        ("trapezius", 11.5, State.PRESENT, "beyond decrement amplitude ≥ 10 %"),
    ],
)
def test_both_published_limits_are_shown_and_belong_to_their_muscle(name, decrement, state, said):
    course = 8.0 * (1 - decrement / 100 * np.array([0, 0.7, 0.9, 1.0, 1.0, 0.95]))
    _, (finding,) = read(train(course, name=name))
    assert finding.term.id == "HP:0003403"
    assert finding.state is state
    assert said in finding.rule


def test_the_weight_is_that_of_the_published_sensitivity_and_specificity():
    _, (finding,) = read(train(8.0 * np.array([1, 0.8, 0.75, 0.7, 0.7]), name="frontalis"))
    assert finding.likelihood_ratio.value == pytest.approx(0.52 / 0.05)
    _, (finding,) = read(train(8.0 * np.ones(6), name="frontalis"))
    assert finding.likelihood_ratio.value == pytest.approx(0.48 / 0.95)
    _, (finding,) = read(train(8.0 * np.ones(6), name="trapezius"))
    assert finding.likelihood_ratio is None


def test_growth_after_effort_is_an_increment():
    marks = [Annotation(4.0, 10.0, "exercise 10 s")]
    sizes = [np.full(6, 2.0), np.empty(0), np.full(6, 3.6)]
    found, findings = read(train(sizes, marks=marks))
    assert found["increment_amplitude"].value == pytest.approx(80, abs=2)
    assert set(found) >= {"decrement_amplitude", "decrement_amplitude_after_2s"}
    increment = next(f for f in findings if f.term.id == "HP:0030206")
    assert increment.state is State.PRESENT
    assert "beyond increment amplitude ≥ 60 % (review); within increment amplitude > 100 % (review)" in increment.rule


def test_a_fast_train_that_grows_is_an_increment():
    found, findings = read(train(np.linspace(1.0, 2.5, 20), rate_hz=20.0))
    assert found["increment_at_20hz"].value == pytest.approx(150, abs=3)
    assert [f.term.id for f in findings] == ["HP:0030206"]


@pytest.mark.parametrize("said", ["MVC 10 s", "exercise: 10 sec", "maximal voluntary contraction 10 s"])
def test_an_effort_may_be_written_in_many_ways(said):
    sizes = [np.full(6, 2.0), np.empty(0), np.full(6, 4.4)]
    _, findings = read(train(sizes, marks=[Annotation(4.0, 0.0, said)]))
    assert next(f for f in findings if f.term.id == "HP:0030206").state is State.PRESENT


def test_a_fast_train_whose_responses_nearly_touch_has_its_baseline_before_the_stimulus():
    def long(time):
        return np.sin(2 * np.pi * np.clip((time - 0.0035) / 0.012, 0, 1))

    found, _ = read(train(np.linspace(1.0, 2.5, 50), rate_hz=50.0, shape=long))
    assert found["increment_at_50hz"].value == pytest.approx(150, abs=5)


def test_one_mark_may_tell_of_a_whole_train():
    each = train(8.0 * np.array([1, 0.9, 0.87, 0.85, 0.85]))
    start = each.annotations[0].onset_s
    for text, length in (("stimulation 3 Hz 5 stimuli", 0.0), ("RNS 3 Hz, 40 mA", 1.4)):
        found, (finding,) = read(replace(each, annotations=(Annotation(start, length, text),)))
        assert found["decrement_amplitude"].value == pytest.approx(15, abs=1)
        assert finding.state is State.PRESENT


def test_a_course_that_turns_back_is_movement_and_calls_nothing():
    found, (finding,) = read(train(8.0 * np.array([1, 0.7, 1.0, 0.75, 1.0, 0.8])))
    assert "look for movement" in found["decrement_amplitude"].quality
    assert finding.state is State.NOT_ASSESSED


def test_pulses_of_a_clock_beside_a_contraction_are_no_trains():
    called = []
    for seed in range(5):
        clock = train(np.zeros(60), rate_hz=3.0, noise_uv=300.0, seed=seed)
        called += [f.state for f in read(clock)[1]]
    assert set(called) == {State.NOT_ASSESSED}


def test_counts_and_polarity_do_not_matter():
    sizes = 8.0 * np.array([1, 0.9, 0.87, 0.85, 0.85])
    for recording in (train(sizes, unit="count"), train(-sizes)):
        found, (finding,) = read(recording)
        assert found["decrement_amplitude"].value == pytest.approx(15, abs=1)
        assert finding.state is State.PRESENT


def test_without_trains_nobody_asks_and_who_asks_is_told():
    calm = train(np.array([8.0]))
    assert not [f for f in observe(calm).findings if f.phenomenon == "transmission-failure"]
    _, (finding,) = read(calm)
    assert finding.state is State.NOT_ASSESSED
    assert "no train of 4 stimuli" in finding.rule
    assert "1 stimuli are marked" in finding.rule


@pytest.mark.parametrize(
    ("junction", "decrements", "increment"),
    [
        ("healthy", {State.EXCLUDED}, State.EXCLUDED),
        ("myasthenic", {State.PRESENT}, State.EXCLUDED),
        # So few fibres answer at rest that chance alone makes trains uneven.
        ("lambert-eaton", {State.PRESENT, State.NOT_ASSESSED}, State.PRESENT),
    ],
)
def test_simulated_studies(junction, decrements, increment):
    recording, (truth,) = simulate("repetitive-stimulation", duration=60, seed=2, junction=junction, train_n=6)
    found, findings = read(recording)
    size = truth.features["amplitude_mv"].reshape(-1, 6)
    true = np.median([change(row[0], row[3]) for row in size[:2]])
    assert found["decrement_amplitude"].value == pytest.approx(true, abs=1)
    states = {f.term.id: f.state for f in findings}
    assert states["HP:0003403"] in decrements
    assert states["HP:0030206"] is increment


def test_jitter_is_held_against_the_limits_of_muscle_needle_and_activation():
    recording, (truth,) = simulate("jitter", duration=90, seed=3, jitter_us=80, site_s=4.5, sampling_hz=25000)
    found, (unknown,) = read(recording)
    assert unknown.state is State.NOT_ASSESSED
    assert "not known: muscle, electrode" in unknown.rule
    true = np.mean([truth.features["mcd_us"][truth.features["unit_id"] == k][0] for k in range(20)])
    assert found["jitter_mean"].value == pytest.approx(true, rel=0.05)
    assert found["blocking"].value == 0
    _, (finding,) = read(recording, muscle="frontalis", electrode="concentric")
    assert finding.term.id == "HP:0030205"
    assert finding.state is State.PRESENT
    assert "0 % of 20 pairs blocked: within blocking pairs > 10 % (" in finding.rule
    assert "beyond MCD mean > 28 µs (frontalis, concentric, voluntary; healthy controls of several" in finding.rule
    assert "MCD mean > 26 µs (frontalis, concentric, voluntary; 20 healthy subjects, one centre)" in finding.rule
    _, (ageless,) = read(recording, muscle="frontalis", electrode="single-fibre")
    assert ageless.state is State.NOT_ASSESSED
    assert "transmission-failure.age_years" in ageless.rule
    _, (aged,) = read(recording, muscle="frontalis", electrode="single-fibre", age_years=62)
    assert aged.state is State.PRESENT
    assert "MCD mean > 40 µs (frontalis, single-fibre, voluntary; " in aged.rule


def test_healthy_stimulated_fibres_are_within_the_limits():
    recording, _ = simulate(
        "jitter", duration=64, seed=3, jitter_us=15, site_s=4, stimulated=True, sampling_hz=25000, rate_hz=10
    )
    found, (finding,) = read(recording, muscle="extensor digitorum", electrode="concentric")
    assert found["jitter_mean"].n == 16
    assert finding.state is State.EXCLUDED
    assert "24 µs (extensor digitorum, concentric, stimulated; healthy controls of several" in finding.rule


def test_the_area_is_held_against_its_own_limit():
    _, (finding, *_) = read(train(8.0 * (1 - 0.12 * np.array([0.0, 0.6, 0.9, 1.0, 1.0, 0.95])), 3.0))
    assert re.search(r"of the area 1[12]\.\d %: beyond decrement area ≥ 10 % \(", finding.rule)
    _, (finding, *_) = read(train(8.0 * (1 - 0.05 * np.array([0.0, 0.6, 0.9, 1.0, 1.0, 0.95])), 3.0))
    assert ": within decrement area ≥ 10 % (" in finding.rule


def test_limits_of_a_filter_hold_where_it_is_stated(tmp_path):
    line = "jitter\t{}\tfrontalis\tconcentric\t{}\tvoluntary\tabove\t{}\t{}\t40 of ours\texpert-judgement\tour own"
    columns = ("test", "measure", "muscle", "electrode", "filter", "activation", "direction", "limit", "unit")
    head = "\t".join((*columns, "population", "source_id", "source"))
    limits = [
        line.format(measure, band, limit, "µs")
        for measure in ("mcd_mean", "mcd_individual")
        for band, limit in (("1 kHz", 900), ("500 Hz", 1))
    ]
    pairs = [line.format(name, "", 10, "%") for name in ("abnormal_pairs", "blocking_pairs")]
    pairs = [row.replace("frontalis\tconcentric", "\t").replace("voluntary", "") for row in pairs]
    own = tmp_path / "own.tsv"
    own.write_text("\n".join([head, *limits, *pairs]), encoding="utf-8")
    recording, _ = simulate("jitter", duration=64, seed=3, jitter_us=15, site_s=4, sampling_hz=25000)
    for band, state in (("1 kHz", State.EXCLUDED), ("500 Hz", State.PRESENT), ("", State.NOT_ASSESSED)):
        _, (finding,) = read(recording, filter=band, norms=own, muscle="frontalis", electrode="concentric")
        assert finding.state is state, finding.rule


def test_a_muscle_or_needle_that_is_none_is_told_in_one_line():
    recording = train([8.0, 7.6, 7.3, 7.1, 7.1])
    shown = observe(recording, ["transmission-failure"], {"transmission-failure.muscle": "frontals"})
    assert any("the muscle 'frontals' (did you mean 'frontalis'?)" in note for note in shown.notes)
    with pytest.raises(ParameterError, match=r"must be one of concentric, single-fibre; got 'monopolar'"):
        observe(recording, ["transmission-failure"], {"transmission-failure.electrode": "monopolar"})


def test_a_needle_sampled_too_slowly_for_jitter_is_told_so():
    samples = np.random.default_rng(0).normal(0, 1e-5, 20_000)
    channel = Channel("jitter EDC", ChannelKind.NEEDLE_EMG, "V", 2000.0, samples.size)
    (finding,) = observe(Recording.from_arrays([samples], [channel]), ["transmission-failure"]).findings
    assert finding.state is State.NOT_ASSESSED
    assert "sampled at 2000 Hz, and spikes need 8000 Hz or more" in finding.rule


def clipped(recording, limit_v):
    [channel] = recording.channels
    samples = np.clip(recording.samples(0), -limit_v, limit_v)
    return Recording.from_arrays([samples], [channel], annotations=recording.annotations)


def test_clipped_responses_exclude_no_decrement():
    whole = train([[8.0, 6.5, 6.0, 5.6, 5.8]] * 2)
    assert read(whole)[1][0].state is State.PRESENT
    found, (finding,) = read(clipped(whole, 4e-3))
    assert not found
    assert finding.state is State.NOT_ASSESSED
    assert "a train of responses beyond the recorder's range is left out: record with less gain" in finding.rule


def test_responses_too_small_to_read_are_said_to_be_so_with_their_size():
    _, (finding,) = read(train([[8e-3, 6.5e-3, 6e-3, 5.6e-3, 5.8e-3]] * 2, noise_uv=0.1))
    assert "a train with a response below 0.3 mV or in the noise is left out (the usual one has 0.00" in finding.rule


def test_a_decrement_after_effort_is_said_to_be_one_and_a_single_train_to_be_repeated():
    late = train([[8.0] * 5, [8.0, 6.8, 6.4, 6.2, 6.2]], marks=[Annotation(3.0, 2.0, "exercise 2 s")])
    (decrement,) = [f for f in read(late)[1] if f.term.id == "HP:0003403"]
    assert re.search(r"decrement 22\.\d % \([34] s after effort\): beyond", decrement.rule)
    assert "repeat" not in decrement.rule
    assert "decrement_amplitude_after_" in decrement.because[0]
    assert read(train([8.0, 6.8, 6.4, 6.2, 6.2]))[1][0].rule.endswith("; a single train: repeat it")


def test_a_stated_muscle_is_not_that_of_a_channel_that_names_another():
    slight = [[8.0, 7.5, 7.4, 7.3, 7.3]] * 2
    assert read(train(slight, name="EMG 1"), muscle="nasalis")[1][0].state is State.PRESENT
    assert read(train(slight, name="ADM L"), muscle="nasalis")[1][0].state is State.EXCLUDED


def test_limits_of_ones_own_may_go_by_age(tmp_path):
    own = tmp_path / "own.tsv"
    own.write_text(
        (
            "test measure direction limit unit population source_id source per_year at_years\n"
            "rns decrement_amplitude above 10 % ours expert-judgement ours 0.1 40\n"
        ).replace(" ", "\t")
    )
    slight = train([[8.0, 7.2, 7.1, 7.08, 7.1]] * 2)
    assert read(slight, norms=own)[1][0].state is State.NOT_ASSESSED
    assert read(slight, norms=own, age_years=40)[1][0].state is State.PRESENT
    (older,) = read(slight, norms=own, age_years=70)[1]
    assert older.state is State.EXCLUDED
    assert "within decrement amplitude > 13 % (ours)" in older.rule


def test_jitter_is_held_against_limits_of_ones_own_with_what_they_leave_out(tmp_path):
    names = (
        "test",
        "measure",
        "direction",
        "limit",
        "unit",
        "population",
        "source_id",
        "source",
        "per_year",
        "at_years",
    )

    def held(*measures, **settings):
        own = tmp_path / f"{len(measures)}.tsv"
        rows = [("jitter", one, "above", "30", "µs", "ours", "expert-judgement", "ours", "2", "40") for one in measures]
        own.write_text("\n".join("\t".join(row) for row in (names, *rows)) + "\n", encoding="utf-8")
        recording, _ = simulate("jitter", duration=72, seed=3, jitter_us=50, site_s=4.5, sampling_hz=25000)
        (finding,) = read(recording, norms=own, electrode="concentric", **settings)[1]
        return finding

    alone = held("mcd_mean", age_years=40)
    assert alone.state is State.NOT_ASSESSED
    assert alone.rule.endswith("jitter not assessed: the norms have no limit of a single pair (mcd_individual)")
    assert held("mcd_mean", "mcd_individual", age_years=40).state is State.PRESENT
    old = held("mcd_mean", "mcd_individual", age_years=80)
    assert old.state is State.EXCLUDED
    assert "within MCD mean > 110 µs (ours)" in old.rule
