"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.phenomena.fasciculation import PHENOMENON, FasciculationParameters, _needed
from involuntary.testing.scoring import match
from shared_data import shared
from simulated import matched, potential
from simulated import recording as recorded

TOLERANCE_S = 0.010


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def _value(measured, name):
    return next(m for m in measured.measurements if m.id == f"fasciculation.{name}")


def _score(measured, truth):
    found = measured.events[0].onset_s if measured.events else np.empty(0)
    return match(truth.onset_s, found, TOLERANCE_S)


@pytest.mark.parametrize(("per_min", "seed"), [(1, 2), (5, 1), (20, 2), (40, 3), (100, 1)])
def test_simulated_fasciculations_are_found_in_ten_minutes_of_rest(per_min, seed):
    recording, (truth,) = iv.simulate("fasciculation", 600, seed, per_min=per_min)
    measured = _observe(recording)
    score = _score(measured, truth)
    assert score.sensitivity >= 0.95
    assert score.precision >= 0.95 or score.false_per_hour(600) <= 6  # noise passes for one about once an hour
    assert measured.findings[0].state is State.PRESENT
    rate = _value(measured, "rate")
    assert rate.interval[0] <= len(truth) / 10 <= rate.interval[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_smallest_are_found_too(seed):
    recording, (truth,) = iv.simulate("fasciculation", 300, seed, amplitude_min_uv=40, amplitude_max_uv=45)
    score = _score(_observe(recording), truth)
    assert min(score.sensitivity, score.precision) >= 0.95


@pytest.mark.parametrize("per_min", [150, 200])
def test_potentials_of_many_shapes_are_found_at_high_rates(per_min):
    random = np.random.default_rng(per_min)
    x, count = iv.simulate("rest", 120, 4)[0].samples(0).copy(), 2 * per_min
    # At random, but never upon each other.
    time = np.sort(random.uniform(0, 118 - 0.05 * count, count)) + 0.05 * np.arange(count) + 0.5
    for at in time:
        size = np.exp(random.uniform(np.log(40), np.log(300)))
        wave = potential(random.uniform(0.008, 0.014), random.choice(["biphasic", "triphasic"]), size * 1e-6, 2000.0)
        first = round(at * 2000) - wave.size // 2
        x[first : first + wave.size] += wave
    recording = Recording.from_arrays([x], [Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])
    measured = _observe(recording)
    assert measured.findings[0].state is State.PRESENT
    score = match(time, measured.events[0].features["peak_s"], TOLERANCE_S)
    assert min(score.sensitivity, score.precision) >= 0.95


@pytest.mark.parametrize("power", [1, 2])
def test_monophasic_potentials_are_no_electrode_artefacts(power):
    random = np.random.default_rng(power)
    x, time = iv.simulate("rest", 120, 5)[0].samples(0).copy(), np.arange(1.0, 119.0, 1.9)
    time += random.uniform(-0.5, 0.5, time.size)
    for at in time:
        n = round(random.uniform(0.008, 0.014) * 2000)
        wave = np.sin(np.pi * np.arange(n) / n) ** power * np.exp(random.uniform(np.log(40), np.log(300))) * 1e-6
        x[round(at * 2000) : round(at * 2000) + n] += wave * random.choice([-1, 1])
    recording = Recording.from_arrays([x], [Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])
    score = match(time, _observe(recording).events[0].onset_s, 0.02)
    assert min(score.sensitivity, score.precision) >= 0.95


@pytest.mark.parametrize("seed", [1, 2])
def test_beats_that_the_rhythm_leaves_out_are_no_potentials(seed):
    random, time = np.random.default_rng(seed), np.arange(160) / 2000
    beat = 80e-6 * np.exp(-(((time - 0.04) / 0.008) ** 2)) - 30e-6 * np.exp(-(((time - 0.058) / 0.006) ** 2))
    x = iv.simulate("rest", 300, seed, mains_uv=15)[0].samples(0).copy()
    for at in np.cumsum(random.normal(0.85, 0.03, 340)):
        x[round(at * 2000) : round(at * 2000) + beat.size] += beat
    recording = Recording.from_arrays([x], [Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])
    assert _observe(recording).events == ()


@pytest.mark.parametrize("pops_uv", [300, 1000])
def test_contacts_that_pop_are_no_potentials(pops_uv):
    measured = _observe(iv.simulate("rest", 200, 1, pops_uv=pops_uv, pops_per_min=30)[0])
    assert measured.events == ()
    assert any("shaped like an electrode artefact" in note for note in measured.notes)


@pytest.mark.parametrize("seed", [2, 7, 8])
def test_two_minutes_show_them_though_they_crowd_here_and_there(seed):
    recording, (truth,) = iv.simulate("fasciculation", 120, seed, mains_uv=35)
    measured = _observe(recording)
    assert measured.findings[0].state is State.PRESENT
    assert min(_score(measured, truth).sensitivity, _score(measured, truth).precision) >= 0.95


@pytest.mark.parametrize(("drift_uv", "drift_hz"), [(100, 0.2), (1000, 0.1), (100, 1)])
def test_a_drifting_baseline_hides_none(drift_uv, drift_hz):
    recording, (truth,) = iv.simulate("fasciculation", 120, 2, mains_uv=35, drift_uv=drift_uv, drift_hz=drift_hz)
    measured = _observe(recording)
    score = _score(measured, truth)
    assert min(score.sensitivity, score.precision) >= 0.95
    assert measured.findings[0].state is State.PRESENT


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_minutes_of_noise_exclude_them(seed):
    measured = _observe(iv.simulate("rest", 600, seed)[0])
    assert measured.events == ()
    (finding,) = measured.findings
    assert finding.state is State.EXCLUDED
    assert finding.rule == (
        "fasciculation: excluded: 0 isolated potentials in 600 s of rest, at least 90 s needed;"
        " potentials of 25 µV or more would have been seen"
    )
    assert "fasciculation.rate" in finding.because


def test_the_unit_of_the_file_does_not_matter(tmp_path):
    recording, (truth,) = iv.simulate("fasciculation", 100, 4)
    samples = recording.samples(0)
    found = []
    for unit, scale in (("V", 1.0), ("mV", 1e3), ("uV", 1e6)):
        path = tmp_path / f"{unit}.csv"
        np.savetxt(path, samples * scale, header="calf", comments="", fmt="%.9g")
        options = iv.ReadOptions(rate_hz=2000.0, kinds={"calf": f"surface-emg:{unit}"})
        found.append(_observe(iv.read(path, options)))
    onsets = [m.events[0].onset_s for m in found]
    assert np.array_equal(onsets[0], onsets[1])
    assert np.array_equal(onsets[0], onsets[2])
    medians = [_value(m, "amplitude_q50").value for m in found]
    assert medians == pytest.approx([medians[0]] * 3, rel=1e-5)
    assert _score(found[0], truth).sensitivity >= 0.95


NEGATIVES = [
    ("voluntary", {}),
    ("voluntary", {"excitation_percent": 2}),
    ("voluntary", {"pattern": "phasic", "on_s": 2, "off_s": 15, "excitation_percent": 5}),
    ("rest", {"ecg_uv": 300}),
    ("rest", {"ecg_uv": 80, "ecg_per_min": 110}),
    ("rest", {"movement_uv": 1000}),
    ("rest", {"pops_uv": 300}),
    ("rest", {"mains_uv": 100, "mains_hz": 60}),
    ("rest", {"mains_uv": 35, "drift_uv": 1000}),
    ("rest", {"noise_uv": 0, "mains_uv": 0}),
    ("tremor", {"frequency_hz": 5}),
    ("cramp", {}),
    ("spasm", {}),
]


@pytest.mark.parametrize(("name", "settings"), NEGATIVES, ids=lambda x: str(x))
def test_what_is_no_fasciculation_is_not_named(name, settings):
    measured = _observe(iv.simulate(name, 100 if name == "rest" else 40, 3, **settings)[0])
    assert measured.events == ()
    assert measured.findings[0].state is not State.PRESENT
    assert measured.notes


def _regular(interval_s, cv, seed):
    """Potentials of one shape and size at steady intervals, isolated, over noise."""
    random = np.random.default_rng(seed)
    recording, _ = iv.simulate("rest", 120, seed)
    x = recording.samples(0).copy()
    wave = 60e-6 * np.diff(np.exp(-0.5 * (np.linspace(-3, 3, 22)) ** 2)) * 8
    time = np.cumsum(interval_s * (1 + cv * random.standard_normal(int(118 / interval_s))))
    for at in (time * 2000).astype(int):
        x[at : at + wave.size] += wave
    return Recording.from_arrays([x], [Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])


@pytest.mark.parametrize(
    ("interval_s", "cv", "reason"),
    [(0.85, 0.03, "left of a beat that was subtracted"), (0.12, 0.12, "from steadily driven motor units")],
)
def test_steady_potentials_are_not_named_and_the_reason_is_given(interval_s, cv, reason):
    measured = _observe(_regular(interval_s, cv, 1))
    assert measured.findings[0].state is not State.PRESENT
    assert any(reason in note for note in measured.notes)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_heart_hides_none_and_makes_none(seed):
    contaminants = {"mains_uv": 20, "ecg_uv": 80, "ecg_per_min": 65, "drift_uv": 100}
    recording, (truth,) = iv.simulate("fasciculation", 120, seed, amplitude_min_uv=100, noise_uv=9, **contaminants)
    score = _score(_observe(recording), truth)
    assert min(score.sensitivity, score.precision) >= 0.95
    assert _observe(iv.simulate("rest", 300, seed, ecg_uv=60, ecg_per_min=110)[0]).events == ()


def test_contractions_are_excluded_and_their_share_reported():
    quiet, (truth,) = iv.simulate("fasciculation", 240, 6)
    effort, _ = iv.simulate(
        "voluntary", 240, 6, pattern="phasic", start_s=60, on_s=20, off_s=300, noise_uv=0, mains_uv=0
    )
    x = quiet.samples(0) + effort.samples(0)
    both = Recording.from_arrays([x], [Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])
    measured = _observe(both)
    assert measured.findings[0].state is State.PRESENT
    assert _value(measured, "active_fraction").value == pytest.approx(20 / 240, abs=0.01)
    # Those of units that come away from the effort as often count beside it too.
    beside = truth.onset_s[
        ((truth.onset_s > 56.5) & (truth.onset_s < 59)) | ((truth.onset_s > 81) & (truth.onset_s < 83.5))
    ]
    assert beside.size >= 2
    assert matched(beside, measured.events[0].onset_s, 0.02) >= 0.75 * beside.size
    at_rest = truth[(truth.onset_s < 55) | (truth.onset_s > 85)]
    score = match(at_rest.onset_s, measured.events[0].onset_s, TOLERANCE_S)
    assert min(score.sensitivity, score.precision) >= 0.95


def _mixed(seed, per_min, **effort):
    """Rest or fasciculations, and over it a muscle that contracts now and then."""
    name, settings = ("fasciculation", {"per_min": per_min}) if per_min else ("rest", {})
    quiet, _ = iv.simulate(name, 300, seed, **settings)
    willed, _ = iv.simulate("voluntary", 300, seed, pattern="phasic", start_s=10, noise_uv=0, mains_uv=0, **effort)
    x = quiet.samples(0) + willed.samples(0)
    return Recording.from_arrays([x], [Channel("calf", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])


@pytest.mark.parametrize("excitation", [5, 20])
@pytest.mark.parametrize("per_min", [5, 20])
def test_fasciculations_between_contractions_are_found(per_min, excitation):
    (finding,) = _observe(_mixed(1, per_min, on_s=10, off_s=40, excitation_percent=excitation)).findings
    assert finding.state is State.PRESENT
    assert "away from any muscle activity" in finding.rule


@pytest.mark.parametrize(("seed", "excitation"), [(1, 5), (2, 20), (2, 2), (3, 2)])
def test_units_of_contractions_alone_are_not_named(seed, excitation):
    measured = _observe(_mixed(seed, 0, on_s=10, off_s=40, excitation_percent=excitation))
    assert measured.findings[0].state is not State.PRESENT
    assert measured.events == ()


def test_mostly_contraction_is_not_assessed():
    measured = _observe(iv.simulate("voluntary", 120, 1, start_s=30)[0])
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule.startswith(
        "fasciculation: not assessed: 77% of the usable time is or borders on muscle activity"
    )


def test_too_short_a_rest_excludes_nothing_but_can_show_them():
    (finding,) = _observe(iv.simulate("rest", 60, 1)[0]).findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule == (
        "fasciculation: not assessed: 0 isolated potentials in 60 s of rest; less than 90 s of rest excludes nothing"
    )
    assert _observe(iv.simulate("fasciculation", 60, 1)[0]).findings[0].state is State.PRESENT


def test_one_or_two_are_too_few():
    recording, (truth,) = iv.simulate("fasciculation", 120, 1, per_min=0.5)
    assert 1 <= len(truth) <= 2
    (finding,) = _observe(recording).findings
    assert finding.state is State.NOT_ASSESSED
    assert "at least 3 needed" in finding.rule


def test_loud_noise_excludes_nothing():
    (finding,) = _observe(iv.simulate("rest", 120, 1, noise_uv=22)[0]).findings
    assert finding.state is State.NOT_ASSESSED
    assert "hides potentials below" in finding.rule


def test_one_discharge_under_several_electrodes_is_one_event():
    recording, (truth,) = iv.simulate("fasciculation", 120, 2, channels=3, amplitude_min_uv=150)
    measured = _observe(recording)
    events = measured.events[0]
    assert min(_score(measured, truth).sensitivity, _score(measured, truth).precision) >= 0.95
    assert np.median(events.features["channels_n"]) >= 2
    agree = np.mean([a == b for a, b in zip(events.channel, truth.channel, strict=False)])
    assert agree > 0.9 or len(events) != len(truth)
    assert {m.id for m in measured.measurements} >= {f"fasciculation.rate@EMG {i}" for i in (1, 2, 3)}


def test_without_calibration_they_are_found_and_no_microvolt_is_given():
    recording, (truth,) = iv.simulate("fasciculation", 120, 2)
    counts = np.rint(recording.samples(0) / 0.5e-6)
    channel = Channel("calf", ChannelKind.SURFACE_EMG, "count", 2000.0, counts.size)
    measured = _observe(Recording.from_arrays([counts], [channel]))
    assert min(_score(measured, truth).sensitivity, _score(measured, truth).precision) >= 0.95
    assert all(m.unit != "µV" for m in measured.measurements)
    assert any("gain is unknown" in note for note in measured.notes)


def test_amplitudes_intervals_and_doublets_are_those_simulated():
    recording, (truth,) = iv.simulate("fasciculation", 600, 5, doublet_fraction=0.2, interval_cv=0.5)
    measured = _observe(recording)
    for q in (25, 50, 75):
        expected = np.percentile(truth.features["amplitude_uv"], q)
        assert _value(measured, f"amplitude_q{q}").value == pytest.approx(expected, abs=8)
    between = np.diff(truth.onset_s)
    assert _value(measured, "interval_median").value == pytest.approx(np.median(between), rel=0.05)
    assert _value(measured, "interval_cv").value == pytest.approx(between.std() / between.mean(), rel=0.05)
    doublets = np.mean((between >= 0.01) & (between <= 0.11))
    assert _value(measured, "doublet_fraction").value == pytest.approx(doublets, abs=0.02)


def test_units_shapes_and_spread_are_measured():
    recording, (truth,) = iv.simulate("fasciculation", 300, 1, channels=2, units=3, amplitude_min_uv=150, noise_uv=3)
    measured = _observe(recording)
    assert _value(measured, "unit_count").value == 3
    counts = np.bincount(truth.features["unit_id"].astype(int))
    assert _value(measured, "unit_largest_share").value == pytest.approx(counts.max() / counts.sum(), abs=0.03)
    assert _value(measured, "unit_doublet_fraction").value < 0.06
    assert _value(measured, "spread_q50").value == 2
    assert 8 < _value(measured, "duration_q50").value < 25
    assert _value(measured, "phases_q50").value in {2, 3, 4}
    assert any(note.startswith("fasciculation: context, not a name") for note in measured.notes)


def test_a_stricter_threshold_finds_fewer():
    recording, _ = iv.simulate("fasciculation", 120, 2)
    usual, strict = _observe(recording), _observe(recording, noise_factor=40)
    assert 0 < len(strict.events[0]) < len(usual.events[0])


@pytest.mark.parametrize("times", [2, 3, 6])
def test_no_length_makes_weak_willed_activity_a_fasciculation(times):
    path = shared("data", "voluntary-surface-emg", "emg.csv")
    once = iv.read(path, iv.ReadOptions(rate_hz=1000.0, kinds={"emg_adc": "surface-emg:count"}))
    x = np.tile(once.samples(0), times)
    channel = Channel("emg", ChannelKind.SURFACE_EMG, "count", 1000.0, x.size)
    measured = _observe(Recording.from_arrays([x], [channel]))
    assert measured.events == ()
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert "away from any muscle activity" in finding.rule


@pytest.mark.parametrize("name", ["emg.csv", "emg_1.csv"])
def test_real_voluntary_bursts_are_no_fasciculations(name):
    path = shared("data", "voluntary-surface-emg", name)
    column = path.stem + "_adc"
    recording = iv.read(path, iv.ReadOptions(rate_hz=1000.0, kinds={column: "surface-emg:count"}))
    measured = _observe(recording)
    assert measured.events == ()
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert "s of rest" in finding.rule
    assert 0.1 < _value(measured, "active_fraction").value < 0.8


@pytest.mark.parametrize(("hours", "needed"), [(0.1, 3), (1, 5), (24, 37)])
def test_long_rest_asks_for_more_than_noise_gives(hours, needed):
    p = FasciculationParameters()
    assert _needed(3600 * hours, p) == needed


def test_short_potentials_of_one_phase_are_found_at_10_decibels_and_movements_are_not():
    random, rate, seconds = np.random.default_rng(5), 2000.0, 300
    x = random.normal(0, 22, round(seconds * rate))
    wave = 100 * np.sin(np.pi * (np.arange(10) + 0.5) / 10)
    at = np.cumsum(random.uniform(0.5, 4, 140))
    at = at[at < seconds - 1]
    for time in at:
        x[round(time * rate) : round(time * rate) + wave.size] += wave
    after = np.arange(round(2 * rate)) / rate
    for time in random.uniform(1, seconds - 3, 10):
        first = round(time * rate)
        x[first : first + after.size] += 500 * (1 - np.exp(-after / 0.01)) * np.exp(-after / 0.4)
    (events,) = _observe(recorded(x, rate)).events
    hits = matched(at, events.onset_s, 0.02)
    assert hits >= 0.95 * at.size
    assert hits >= 0.97 * len(events)


def test_a_channel_too_slow_to_tell_potentials_from_noise_is_not_assessed():
    noise = np.random.default_rng(3).normal(0, 1.2, 256 * 300)
    finding = _observe(recorded(noise, 256.0)).findings[0]
    assert finding.state is State.NOT_ASSESSED
    assert "400 Hz or faster" in finding.rule
