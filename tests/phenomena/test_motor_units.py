"""Motor units of simulated needles: shapes, grades, and what is not said."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary import simulate
from involuntary.decompose.agreement import agreement
from involuntary.decompose.unit_shape import UnitShape
from involuntary.detect.bench import Bench
from involuntary.dsp.bands import zero_phase
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.norms import norms
from involuntary.phenomena._unit.grades import grade, named_muscle, stated_muscle
from involuntary.phenomena.motor_units import PHENOMENON, MotorUnitsParameters, pooled


def shape(amplitude_uv, duration_ms, area_uv_ms, phases=2, turns=2):
    thickness = area_uv_ms / amplitude_uv
    index = 2 * np.log10(amplitude_uv / 1e3) + thickness
    return UnitShape(amplitude_uv, duration_ms, area_uv_ms, phases, turns, thickness, index, 0.5, 20.0)


def _value(measured, what):
    return next(m.value for m in measured.measurements if m.id == f"motor-units.{what}")


def test_units_of_a_simulated_needle_and_their_discharges():
    recording, (truth,) = simulate("needle", 10, 2, muscle="neurogenic", units=4)
    measured = PHENOMENON.observe(Bench(recording))
    assert _value(measured, "units") == 4
    assert _value(measured, "explained") > 90
    events = measured.events[0]
    split = [[e.onset_s[e.features["unit_id"] == k] for k in np.unique(e.features["unit_id"])] for e in (truth, events)]
    assert all(pair.rate > 0.95 for pair in agreement(*split, tolerance_s=0.001))
    true_size = sorted({*truth.features["amplitude_uv"].tolist()})
    assert sorted({*events.features["amplitude_uv"].tolist()}) == pytest.approx(true_size, rel=0.1)
    assert {f.state for f in measured.findings} == {State.NOT_ASSESSED}
    assert all("the muscle is not stated" in f.rule for f in measured.findings)
    scores = [m for m in measured.measurements if m.id.endswith("_score")]
    assert np.isnan([m.value for m in scores]).all()
    assert all(m.quality.startswith("not measured: the muscle is not stated") for m in scores)
    assert not any("biceps" in said for said in [m.method for m in scores] + [f.rule for f in measured.findings])


def test_it_runs_only_when_it_is_named():
    samples = np.zeros(40_000)
    channel = Channel("needle", ChannelKind.NEEDLE_EMG, "V", 20_000.0, samples.size)
    recording = Recording.from_arrays([samples], [channel])
    asked = iv.observe(recording, phenomena=["motor-units"])
    unasked = iv.observe(recording)
    assert any(m.phenomenon == "motor-units" for m in asked.measurements)
    assert not any(m.phenomenon == "motor-units" for m in unasked.measurements)


def test_a_few_surface_channels_are_no_grid():
    channels = [Channel(f"c{i}", ChannelKind.SURFACE_EMG, "V", 2000.0, 8000) for i in range(4)]
    measured = PHENOMENON.observe(Bench(Recording.from_arrays([np.zeros(8000)] * 4, channels)))
    assert measured.notes == (
        "motor-units: not assessed: no needle channel from 4000 Hz on and fewer than 16 surface channels",
    )


@pytest.mark.parametrize(
    ("shapes", "muscle", "neurogenic", "myopathic"),
    [
        ([shape(900, 15, 2000)] * 6, "biceps", State.PRESENT, State.NOT_ASSESSED),
        # Large without being high or long, and complex; then large alone.
        ([shape(650, 12, 1170, 3, 3)] * 6, "biceps", State.PRESENT, State.NOT_ASSESSED),
        ([shape(650, 12, 1170)] * 6, "biceps", State.NOT_ASSESSED, State.NOT_ASSESSED),
        ([shape(400, 8, 400, 3, 3)] * 6, "biceps", State.NOT_ASSESSED, State.PRESENT),
        # Thin, and no more complex than in the healthy: an electrode near small units does that too.
        ([shape(400, 8, 500)] * 6, "biceps", State.NOT_ASSESSED, State.NOT_ASSESSED),
        ([shape(450, 10, 700, 4, 5)] * 20, "biceps", State.NOT_ASSESSED, State.NOT_ASSESSED),
        ([shape(450, 10, 700)] * 20, "biceps", State.EXCLUDED, State.EXCLUDED),
        ([shape(450, 10, 700)] * 6, "biceps", State.NOT_ASSESSED, State.NOT_ASSESSED),
        ([shape(900, 15, 2000)] * 4, "biceps", State.NOT_ASSESSED, State.NOT_ASSESSED),
        ([shape(900, 15, 2000)] * 30, "", State.NOT_ASSESSED, State.NOT_ASSESSED),
        ([], "biceps", State.NOT_ASSESSED, State.NOT_ASSESSED),
    ],
)
def test_grades(shapes, muscle, neurogenic, myopathic):
    found = grade(shapes, muscle, norms()).findings("motor-units", muscle, 5, 20, ())
    assert [f.state for f in found] == [neurogenic, myopathic]
    assert [f.term.id for f in found] == ["HP:0003445", "HP:0003458"]


def test_scores_are_of_size_and_complexity():
    found = grade([shape(400, 8, 400, 3, 3)] * 6, "biceps", norms())
    complexity = (0.8 / 0.36 + 0.8 / 0.52) / 2
    assert found.myopathic == pytest.approx((complexity + (1.7 - 1.0) / 0.2) / np.sqrt(2))
    index = 2 * np.log10(0.4) + 1.0
    assert found.neurogenic == pytest.approx((complexity + (index - 0.4) / 0.3) / np.sqrt(2))


def test_a_mean_of_fewer_units_lies_beyond_a_limit_with_its_whole_interval():
    # Duration 7.1 ms at least. Six durations that differ by 1 ms: mean ± 2.571 * 1 / sqrt(6) = 1.05 ms.
    def beyond(mean, n):
        steps = np.linspace(-1, 1, n)
        durations = mean + steps / steps.std(ddof=1)
        return [x.name for x in grade([shape(450, d, 700) for d in durations], "biceps", norms()).means if x.beyond]

    assert beyond(6.0, 6) == ["duration"]
    assert beyond(6.1, 6) == []
    assert beyond(7.0, 20) == ["duration"]
    assert beyond(7.2, 20) == []
    assert grade([], "biceps", norms()).beyond == ()


def test_the_published_mean_of_healthy_tibialis_anterior_is_far_from_its_limits():
    usual = [replace(shape(661.5, 9.35, 851.5), phases=3.47, turns=3.35)] * 20
    found = grade(usual, "tibialis anterior", norms())
    assert not found.beyond
    assert (found.neurogenic, found.myopathic) == pytest.approx((0, 0), abs=0.05)
    assert [f.state for f in found.findings("m", "tibialis anterior", 5, 20, ())] == [State.EXCLUDED] * 2


def test_a_muscle_without_limits_of_size_index_and_thickness_names_nothing():
    found = grade([shape(900, 15, 2000)] * 20, "deltoid", norms())
    assert found.against == ""
    assert np.isnan([found.neurogenic, found.myopathic]).all()
    findings = found.findings("m", "deltoid", 5, 20, ())
    assert all("no limits of size index and thickness for deltoid" in f.rule for f in findings)
    assert {f.state for f in findings} == {State.NOT_ASSESSED}


def test_a_finding_states_the_interval_of_its_means():
    sizes = [300, 400, 500, 600, 700, 500]
    found = grade([shape(a, 10, 700) for a in sizes], "biceps", norms()).findings("motor-units", "biceps", 5, 20, ())
    # Mean 500, standard deviation 141.4, Student's 2.571 for five degrees of freedom: 500 ± 148.4.
    assert all("amplitude 500 µV (352 to 648)" in f.rule for f in found)


def test_a_limit_passed_says_in_whom_it_was_measured():
    found = grade([shape(150, 10, 240)] * 6, "biceps", norms()).findings("motor-units", "biceps", 5, 20, ())
    assert all("amplitude mean < 206 µV (biceps, concentric; adults, 20 potentials a muscle" in f.rule for f in found)


def test_muscles_by_the_names_of_channels():
    table = norms()
    assert named_muscle("EMG Tib Ant", table) == "tibialis anterior"
    assert named_muscle("EMG Biceps", table) == "biceps"
    assert named_muscle("FDI", table) == "interosseus dorsalis 1"
    assert named_muscle("TA-left", table) == "tibialis anterior"
    assert named_muscle("needle", table) == ""


@pytest.mark.parametrize("name", ["Biceps femoris", "EMG_bic.fem.", "bic fem L"])
def test_the_biceps_of_the_thigh_is_not_held_against_the_norms_of_the_arm(name):
    assert named_muscle(name, norms()) == ""


def test_a_stated_muscle_is_one_of_the_table_or_refused():
    table = norms()
    assert [stated_muscle(text, table) for text in ("", "Biceps", "FDI", " tibialis  anterior")] == [
        "", "biceps", "interosseus dorsalis 1", "tibialis anterior"
    ]  # fmt: skip
    channel = Channel("needle", ChannelKind.NEEDLE_EMG, "V", 20_000.0, 40_000)
    recording = Recording.from_arrays([np.zeros(40_000)], [channel])
    with pytest.raises(ParameterError) as refused:
        iv.observe(recording, phenomena=["motor-units"], settings={"motor-units.muscle": "bicpes"})
    assert str(refused.value) == (
        f"motor-units.muscle: must be one of {', '.join(table.values('motor-unit', 'muscle'))}"
        " (did you mean 'biceps'?); got 'bicpes'; leave it out, or give limits for it with --set motor-units.norms=…"
    )
    with pytest.raises(ParameterError):
        pooled([], MotorUnitsParameters(muscle="vastus medialis"))


def test_units_of_two_muscles_are_not_held_against_the_norms_of_one():
    recording, _ = simulate("needle", 4, 2, muscle="neurogenic", units=3)
    samples, channel = recording.samples(0), recording.channels[0]
    biceps, other = replace(channel, name="biceps"), replace(channel, name="tib ant")
    both = iv.observe(Recording.from_arrays([samples, samples], [biceps, other]), phenomena=["motor-units"])
    alone = iv.observe(Recording.from_arrays([samples], [biceps]), phenomena=["motor-units"])
    several = "no limits of size index and thickness for biceps and tibialis anterior"
    assert all(several in finding.rule for finding in (*both.findings, *pooled([both])))
    # What a channel is named is not overruled by what is stated for those that are not.
    stated = MotorUnitsParameters(muscle="tibialis anterior", fewest_units_n=1)
    assert all("of healthy biceps" in finding.rule for finding in pooled([alone], stated))


def test_units_of_several_sites_are_pooled():
    site, _ = simulate("needle", 4, 2, muscle="neurogenic", units=3)
    seen = iv.observe(site, phenomena=["motor-units"])
    n = sum(m.id.endswith(".amplitude@needle") for m in seen.measurements)
    assert 3 <= n < 5
    biceps = MotorUnitsParameters(muscle="biceps")
    assert all("at least 5 are asked for" in finding.rule for finding in pooled([seen], biceps))
    together = pooled([seen, seen], biceps)
    assert all(f"{2 * n} units" in finding.rule for finding in together)
    assert all("pooled over 2 recordings" in finding.rule for finding in together)
    assert not any("are asked for" in finding.rule for finding in together)
    assert all("muscle is not stated" in finding.rule for finding in pooled([seen, seen]))


def test_joined_recordings_are_pooled_and_each_is_taken_apart_by_itself():
    sites = [simulate("needle", 4, seed, muscle="neurogenic", units=3)[0] for seed in (2, 5)]
    # The second site was recorded with a narrower range, as EDF writers scale it to what there is.
    channel, samples = sites[1].channels[0], sites[1].samples(0)
    narrow = replace(channel, lowest=float(samples.min()), highest=float(samples.max()))
    sites[1] = Recording.from_arrays([samples], [narrow])
    alone = [iv.observe(site, phenomena=["motor-units"]) for site in sites]
    every = iv.observe(iv.join(sites[::-1], ["site 2", "site 1"]), phenomena=["motor-units"])
    sizes = [
        sorted(m.value for seen in group for m in seen.measurements if m.id.endswith(".amplitude@needle"))
        for group in (alone, [every])
    ]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.02)
    n = len(sizes[1])
    biceps = MotorUnitsParameters(muscle="biceps")
    assert all(f"{n} units" in finding.rule for finding in pooled([every], biceps))


def _damaged(damage):
    recording, _ = simulate("needle", 4, 2, muscle="neurogenic", units=3)
    channel = replace(recording.channels[0], name="biceps", lowest=-100.0, highest=100.0)
    samples = damage(recording.samples(0), np.arange(channel.n_samples) / channel.rate_hz)
    seen = iv.observe(Recording.from_arrays([samples], [channel]), phenomena=["motor-units"])
    findings = (*seen.findings, *pooled([seen], MotorUnitsParameters(fewest_units_n=1)))
    assert _value(seen, "units") >= 3
    assert {finding.state for finding in findings} == {State.NOT_ASSESSED}
    return seen, findings


def test_units_a_thousand_times_too_large_name_nothing():
    _, findings = _damaged(lambda samples, time_s: 1e3 * samples)
    assert all("50 at most; check the gain" in finding.rule for finding in findings)


def test_in_mains_units_are_not_measured():
    seen, _ = _damaged(lambda samples, time_s: samples + 2e-3 * np.sin(2 * np.pi * 50 * time_s))
    assert any("units not measured" in note for note in seen.notes)


def test_what_was_high_passed_names_nothing():
    recording, _ = simulate("needle", 4, 2, muscle="myopathic", units=3)
    channel = replace(recording.channels[0], name="biceps")
    samples = zero_phase(recording.samples(0), channel.rate_hz, 500.0, 9000.0)
    seen = iv.observe(Recording.from_arrays([samples], [channel]), phenomena=["motor-units"])
    for findings in (seen.findings, pooled([seen], MotorUnitsParameters(fewest_units_n=1))):
        assert {finding.state for finding in findings} == {State.NOT_ASSESSED}
        assert all("the recording was high-passed" in finding.rule for finding in findings)


def test_where_it_is_not_known_whether_it_was_high_passed_nothing_is_named():
    recording, _ = simulate("needle", 4, 2, muscle="neurogenic", units=3)
    biceps = Recording.from_arrays([recording.samples(0)], [replace(recording.channels[0], name="biceps")])
    seen = iv.observe(biceps, phenomena=["motor-units"])
    unsaid = replace(seen, measurements=tuple(m for m in seen.measurements if m.id != "motor-units.low_share"))
    for observations in ([unsaid], [seen, unsaid]):
        findings = pooled(observations, MotorUnitsParameters(fewest_units_n=1))
        assert {finding.state for finding in findings} == {State.NOT_ASSESSED}
        assert all("whether the recording was high-passed" in finding.rule for finding in findings)
    assert not any("high-passed" in finding.rule for finding in pooled([seen]))


def test_means_say_from_which_size_on_units_count():
    recording, _ = simulate("needle", 4, 2, muscle="neurogenic", units=3)
    measured = PHENOMENON.observe(Bench(recording), {"smallest_uv": "70"})
    means = [m for m in measured.measurements if m.id.startswith("motor-units.mean_")]
    assert {m.method for m in means} == {"mean over units of 70 µV and more"}


def test_nothing_is_pooled_of_nothing():
    assert {finding.state for finding in pooled([])} == {State.NOT_ASSESSED}


def test_a_unit_of_a_long_recording_is_counted_once_with_all_its_discharges():
    recording, (truth,) = simulate("needle", duration=15, seed=1, muscle="neurogenic", units=2, sampling_hz=20000)
    (events,) = PHENOMENON.observe(Bench(recording)).events
    unit, true = events.features["unit_id"], truth.features["unit_id"]
    own = [events.onset_s[unit == k] for k in np.unique(unit)]
    pairs = agreement([truth.onset_s[true == k] for k in np.unique(true)], own, 0.001)
    assert len(own) == len(pairs) == np.unique(true).size
    assert all(pair.rate > 0.95 for pair in pairs)
