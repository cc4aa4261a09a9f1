"""Responses of known size and latency, and a real recruitment curve."""

import numpy as np
import pytest

from involuntary.formats import ReadOptions, read
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena import observe
from shared_data import shared

RATE = 10000.0


def biphasic(time, onset, length=0.012):
    inside = (time > onset) & (time < onset + length)
    return np.where(inside, np.sin(2 * np.pi * (time - onset) / length), 0.0)


def record(stimuli, noise_uv=20.0, seed=0, background=None, tail_s=0.5):
    """Stimuli are (time, text, [(onset s, peak-to-peak mV)])."""
    random = np.random.default_rng(seed)
    n = round((stimuli[-1][0] + tail_s) * RATE)
    time = np.arange(n) / RATE
    samples = random.normal(0, noise_uv * 1e-6, n)
    if background is not None:
        samples += background(time, random)
    for at, _, waves in stimuli:
        near = slice(round((at - 0.01) * RATE), round((at + 0.15) * RATE))
        samples[near] += np.where(np.abs(time[near] - at - 0.0003) < 0.0003, 2e-3, 0.0)
        for onset, size in waves:
            samples[near] += biphasic(time[near] - at, onset) * size / 2 * 1e-3
    channel = Channel("soleus", ChannelKind.SURFACE_EMG, "V", RATE, n)
    return Recording.from_arrays([samples], [channel], annotations=[Annotation(t, 0.0, x) for t, x, _ in stimuli])


def values(recording, **settings):
    observation = observe(recording, ["evoked"], {k: str(v) for k, v in settings.items()})
    return {m.id.split(".", 1)[1].split("@")[0]: m for m in observation.measurements}, observation


def curve():
    rows = []
    for i, level in enumerate(np.repeat(np.arange(1.0, 9.0, 0.5), 3)):
        m = 5.0 / (1 + np.exp(-(level - 5.0) / 0.4))
        h = 3.0 / (1 + np.exp(-(level - 3.0) / 0.25)) * (1 - m / 5.0)
        rows.append((0.5 + 0.7 * i, f"stimulus {level} mA", [(0.0061, m), (0.0324, h)]))
    return rows


def test_recruitment_of_h_and_m():
    found, observation = values(record(curve()))
    assert found["m_max"].value == pytest.approx(5.0, rel=0.03)
    assert found["m_max_level"].value >= 7.0
    assert found["m_threshold"].interval[0] < 4.2 < found["m_threshold"].interval[1]
    assert found["h_threshold"].interval[0] < 2.5 < found["h_threshold"].interval[1]
    assert found["h_max_level"].value == pytest.approx(3.75, abs=0.3)
    assert found["h_threshold"].unit == "mA"
    assert found["m_latency"].value == pytest.approx(6.1, abs=0.1)
    assert found["h_latency"].value == pytest.approx(32.4, abs=0.1)
    (finding,) = observation.findings
    assert finding.state is State.NOT_ASSESSED


@pytest.mark.parametrize("scale", [1.0, -1.0])
def test_latencies_at_20_db_whatever_the_polarity(scale):
    rows = [(0.5 + i, "stimulus 9 mA", [(0.0061, scale * 4.0), (0.0324, scale * 2.0)]) for i in range(10)]
    found, _ = values(record(rows, noise_uv=100))
    assert found["m_latency"].value == pytest.approx(6.1, abs=0.1)
    assert found["h_latency"].value == pytest.approx(32.4, abs=0.1)
    assert found["h_m_ratio"].value == pytest.approx(0.5, abs=0.02)
    low, high = found["h_latency"].interval
    assert low < 32.4 < high
    assert high - low < 0.5


def test_f_waves_are_counted_and_timed():
    random = np.random.default_rng(4)
    latencies = 0.026 + 0.004 * random.uniform(size=20)
    rows = [
        (0.5 + i, "stimulus 30 mA wrist", [(0.0035, 8.0)] + ([(late, 0.3)] if i % 4 else []))
        for i, late in enumerate(latencies)
    ]
    found, _ = values(record(rows, noise_uv=5))
    kept = latencies[np.arange(20) % 4 > 0]
    assert found["f_persistence"].value == 75.0
    assert found["f_latency_min"].value == pytest.approx(1e3 * kept.min(), abs=0.1)
    assert found["f_latency_mean"].value == pytest.approx(1e3 * kept.mean(), abs=0.1)
    assert found["f_chronodispersion"].value == pytest.approx(1e3 * np.ptp(kept), abs=0.2)
    assert found["f_m_ratio"].value == pytest.approx(0.3 / 8, rel=0.1)
    assert "h_max" not in found


def test_f_waves_on_the_end_of_the_m_wave_are_found():
    def tail(time, _):
        late = [np.maximum(time - t - 0.0035, 0) for t in 0.5 + np.arange(20)]
        return sum(1e-3 * x / 0.004 * np.exp(1 - x / 0.004) for x in late)

    latencies = 0.027 + 0.004 * np.random.default_rng(4).uniform(size=20)
    rows = [
        (0.5 + i, "stimulus 30 mA wrist", [(0.0035, 8.0)] + ([(late, 0.15)] if i % 4 else []))
        for i, late in enumerate(latencies)
    ]
    found, _ = values(record(rows, noise_uv=5, background=tail))
    assert found["f_persistence"].value == 75.0
    assert found["f_latency_mean"].value == pytest.approx(1e3 * latencies[np.arange(20) % 4 > 0].mean(), abs=0.2)


def test_f_waves_on_an_m_wave_that_swings_are_found():
    def swinging(time, _):
        late = [np.maximum(time - t - 0.004, 0) for t in 0.5 + np.arange(20)]
        return sum(8e-3 * np.sin(2 * np.pi * x / 0.0095) * np.exp(-x / 0.0042) for x in late)

    latencies = 0.027 + 0.003 * np.random.default_rng(4).uniform(size=20)
    rows = [(0.5 + i, "stimulus 30 mA wrist", [(late, 0.6)]) for i, late in enumerate(latencies)]
    found, _ = values(record(rows, noise_uv=30, background=swinging))
    assert found["f_persistence"].value == 100.0
    assert found["f_latency_mean"].value == pytest.approx(1e3 * latencies.mean(), abs=0.15)
    assert found["f_latency_min"].value == pytest.approx(1e3 * latencies.min(), abs=0.15)


def test_f_waves_of_a_short_arm_begin_before_25_ms():
    latencies = 0.023 + 0.005 * np.random.default_rng(4).uniform(size=20)
    rows = [(0.5 + i, "stimulus 30 mA wrist", [(0.0035, 8.0), (late, 0.6)]) for i, late in enumerate(latencies)]
    found, _ = values(record(rows, noise_uv=20))
    assert found["f_persistence"].value == 100.0
    assert found["f_latency_mean"].value == pytest.approx(1e3 * latencies.mean(), abs=0.1)
    assert found["f_latency_min"].value == pytest.approx(1e3 * latencies.min(), abs=0.15)


@pytest.mark.parametrize("swing_hz", [0.0, 80.0])
def test_an_h_reflex_on_the_end_of_the_m_wave_is_timed(swing_hz):
    def tail(time, _):
        late = [np.maximum(time - t - 0.0055, 0) for t in 0.5 + np.arange(20)]
        turn = np.sin if swing_hz else np.cos
        rise = [np.where(x > 0, 1.0 if swing_hz else 1 - np.exp(-x / 0.001), 0.0) for x in late]
        ends = [turn(2 * np.pi * swing_hz * x) * np.exp(-x / 0.007) for x in late]
        return sum(3e-3 * up * end for up, end in zip(rise, ends, strict=True))

    rows = [(0.5 + i, "stimulus 30 mA", [(0.0324, 2.0)]) for i in range(20)]
    found = [values(record(rows, noise_uv=100, background=tail, seed=seed))[0]["h_latency"].value for seed in range(5)]
    # Of a shape that noise may hide in one of them.
    assert np.median(found) == pytest.approx(32.4, abs=0.1)


def test_motor_evoked_potentials_and_the_silent_period():
    def active(time, random):
        silent = np.any([(time > t + 0.0215) & (time < t + 0.14) for t in 1.0 + 5 * np.arange(8)], axis=0)
        return np.where(silent, 0, 1) * random.normal(0, 100e-6, time.size)

    rows = [(1.0 + 5 * i, "TMS 60 %", [(0.0215, 2.0)]) for i in range(8)]
    found, _ = values(record(rows, noise_uv=2, background=active))
    assert found["mep_persistence"].value == 100.0
    assert found["silent_period"].value == pytest.approx(118.5, abs=8)
    still, _ = values(record(rows, noise_uv=50))
    assert still["mep_latency"].value == pytest.approx(21.5, abs=0.1)
    assert still["mep_amplitude"].value == pytest.approx(2.0, rel=0.03)
    assert "silent_period" not in still


def test_the_blink_reflex_has_an_early_and_a_late_response():
    rows = [
        (0.5 + 10 * i, "supraorbital 15 mA left", [(0.0105, 0.6), (0.033, 1.2)] if i else [(0.0105, 0.6)])
        for i in range(6)
    ]
    found, _ = values(record(rows, noise_uv=5))
    assert found["r1_latency"].value == pytest.approx(10.5, abs=0.2)
    assert found["r2_latency"].value == pytest.approx(33.0, abs=0.2)
    assert found["r2_persistence"].value == pytest.approx(100 * 5 / 6)
    assert found["r1_amplitude"].value == pytest.approx(0.6, rel=0.1)
    assert "m_max" not in found


def test_depression_is_test_over_conditioning_reflex():
    rows = []
    for i in range(6):
        rows += [(0.5 + 20 * i, "stimulus 8 mA", [(0.006, 2.0), (0.032, 2.0)])]
        rows += [(3.0 + 20 * i, "stimulus 8 mA", [(0.006, 2.0), (0.032, 1.2)])]
    found, _ = values(record(rows))
    assert found["h_depression_2.5s"].value == pytest.approx(0.6, abs=0.03)
    assert found["h_depression_2.5s"].n == 6


def test_trains_belong_to_another_test():
    rows = [(0.5 + i / 3, "stimulus", [(0.006, 5.0)]) for i in range(10)]
    _, observation = values(record(rows))
    assert not observation.measurements
    (finding,) = observation.findings
    assert finding.rule == (
        "evoked: not assessed: soleus: its 10 stimuli come in trains, at most 0.67 s apart, and belong to the test of"
        " transmission (transmission-failure); 13 or more at least 0.3 s apart would be read as a series"
    )


def test_a_long_slow_train_is_a_series():
    rows = [(0.5 + i / 2, "stimulus 30 mA", [(0.0035, 8.0), (0.0285, 0.4)]) for i in range(16)]
    found, _ = values(record(rows))
    assert found["f_persistence"].value == 100.0
    assert found["f_latency_mean"].value == pytest.approx(28.5, abs=0.2)


def test_stimuli_beyond_the_recording_give_a_reason():
    whole = record([(0.5, "stimulus 9 mA", [(0.006, 4.0)])])
    late = [Annotation(whole.duration_s - 0.0005, 0.0, "stimulus 9 mA")]
    _, observation = values(Recording.from_arrays([whole.samples(0)], whole.channels, annotations=late))
    assert observation.findings[0].rule == "evoked: not assessed: soleus: no whole sweep of a single stimulus"


def test_a_channel_too_slow_for_latencies_is_not_assessed():
    n = 2500
    channel = Channel("soleus", ChannelKind.SURFACE_EMG, "V", 250.0, n)
    slow = Recording.from_arrays([np.zeros(n)], [channel], annotations=[Annotation(1.0, 0.0, "stimulus 9 mA")])
    _, observation = values(slow)
    assert observation.findings[0].rule == "evoked: not assessed: needs a channel sampled at 1000 Hz or faster"


def test_nothing_is_measured_in_noise_behind_stimuli():
    found, _ = values(record([(0.5 + i, "stimulus 9 mA", []) for i in range(12)]))
    assert np.isnan(found["m_max"].value)
    assert "h_max" not in found or np.isnan(found["h_max"].value)
    assert "h_latency" not in found


@pytest.mark.parametrize("text", ["stimulus 9 mA", "TMS 60 %", "supraorbital 15 mA left"])
def test_the_heart_beside_the_stimuli_is_no_response(text):
    def heart(time, random):
        beats = np.cumsum(random.uniform(0.55, 0.75, 80))
        return sum(1e-3 * np.exp(-0.5 * ((time - at) / 0.008) ** 2) for at in beats)

    rows = [(0.5 + 1.1 * i, text, []) for i in range(40)]
    found, observation = values(record(rows, background=heart))
    assert all(np.isnan(m.value) or not m.value for m in found.values())
    assert any("nothing is measured" in note and "does not come back" in note for note in observation.notes)


def test_one_strength_need_not_evoke_the_largest_m_wave():
    found, _ = values(record([(0.5 + i, "stimulus 9 mA", [(0.006, 4.0), (0.032, 2.0)]) for i in range(6)]))
    assert found["h_m_ratio"].quality == "fewer than three strengths: they need not evoke the largest M wave"


def test_limits_come_from_a_table_of_ones_own(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text(
        "test\tmeasure\tdirection\tlimit\tunit\tpopulation\tsource_id\tsource\n"
        "evoked\th_m_ratio\tabove\t0.4\t1\tour laboratory\texpert-judgement\tour own\n",
        encoding="utf-8",
    )
    rows = [(0.5 + i, "stimulus 9 mA", [(0.006, 4.0), (0.032, 2.0)]) for i in range(10)]
    _, observation = values(record(rows), norms=path)
    (finding,) = observation.findings
    assert finding.state is State.PRESENT
    assert ": beyond h m ratio > 0.4 (our laboratory)" in finding.rule
    path.write_text(path.read_text(encoding="utf-8").replace("\t0.4\t", "\t0.9\t"), encoding="utf-8")
    path = path.rename(tmp_path / "higher.tsv")
    _, observation = values(record(rows), norms=path)
    (finding,) = observation.findings
    assert finding.state is State.EXCLUDED
    assert finding.rule == "evoked: within h m ratio > 0.9 (our laboratory)"
    assert finding.because == ("evoked.h_m_ratio@soleus",)


def test_a_wave_that_never_came_is_not_within_a_limit(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text(
        "test\tmeasure\tdirection\tlimit\tunit\tpopulation\tsource_id\tsource\n"
        "evoked\tm_max\tbelow\t3\tmV\tours\turl:https://example.org\tour laboratory\n",
        encoding="utf-8",
    )
    _, observation = values(record([(0.5 + i, "stimulus 9 mA", []) for i in range(10)]), norms=path)
    assert observation.findings[0].state is State.NOT_ASSESSED


def test_a_real_recruitment_curve():
    """McKinnon & Hill 2023: H/M 0.68, maxima of H near 4.0 and of M near 6.0."""
    path = shared("data", "evoked-h-reflex", "recruitment.csv")
    found, _ = values(read(path, ReadOptions(kinds={"response": "surface-emg:mV"})))
    assert found["h_m_ratio"].value == pytest.approx(0.68, abs=0.02)
    assert found["h_max_level"].value == 4.0
    assert found["m_max_level"].value == 6.0
    # Its average leaves the end of the M wave there, as one sees.
    assert 30.8 < found["h_latency"].value < 32.3
    for name in ("h_threshold", "m_threshold"):
        assert found[name].interval[0] < found[name].value < found[name].interval[1]
    assert 1.5 < found["h_threshold"].value < 2.5


def test_stimuli_without_marks_are_found_by_their_artefact():
    rows = [(0.5 + i, "stimulus", [(0.0061, 4.0), (0.0324, 2.0)]) for i in range(10)]
    marked = record(rows)
    bare = Recording.from_arrays([marked.samples(0)], marked.channels)
    assert not observe(bare, ["evoked"]).measurements
    found, _ = values(bare, artefact="true")
    assert found["m_latency"].n == 10
    assert found["m_latency"].value == pytest.approx(6.1, abs=0.2)
    assert found["h_latency"].value == pytest.approx(32.4, abs=0.2)


def test_f_waves_of_different_length_are_not_averaged_as_one_shape():
    rows, lengths, random = [], (0.004, 0.006, 0.009), np.random.default_rng(1)
    true = 0.027 + 0.003 * random.uniform(size=24)
    time = np.arange(round(26 * RATE)) / RATE
    samples = random.normal(0, 30e-6, time.size)
    for k, latency in enumerate(true.tolist()):
        at = 0.5 + k + random.uniform(0, 0.05)
        near = slice(round((at - 0.01) * RATE), round((at + 0.15) * RATE))
        since = time[near] - at
        bump = np.sin(np.pi * np.clip((since - latency) / lengths[k % 3], 0, 1))
        samples[near] += 4e-3 * biphasic(since, 0.004) * 2 + 3e-4 * bump
        rows.append(Annotation(at, 0.0, "stimulus 30 mA wrist"))
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", RATE, time.size)
    found, _ = values(Recording.from_arrays([samples], [channel], annotations=rows))
    assert found["f_latency_mean"].value == pytest.approx(1e3 * true.mean(), abs=0.1)
    assert found["f_latency_min"].value == pytest.approx(1e3 * true.min(), abs=0.2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_shortest_f_wave_at_20_db(seed):
    latencies = 0.026 + 0.004 * np.random.default_rng(seed).uniform(size=20)
    rows = [(0.5 + i, "stimulus 30 mA wrist", [(0.0035, 8.0), (late, 0.6)]) for i, late in enumerate(latencies)]
    found, _ = values(record(rows, noise_uv=30, seed=seed))
    assert found["f_latency_min"].value == pytest.approx(1e3 * latencies.min(), abs=0.12)
    assert found["f_latency_mean"].value == pytest.approx(1e3 * latencies.mean(), abs=0.1)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_response_of_many_units_is_timed_by_its_beginning(seed):
    random = np.random.default_rng(seed)
    late, sizes = np.append(0.0, random.uniform(0, 0.002, 11)), random.uniform(0.5, 1.5, 12)
    time = np.arange(round(12 * RATE)) / RATE
    samples, rows = random.normal(0, 20e-6, time.size), []
    for k in range(10):
        at = 0.5 + k + random.uniform(0, 0.05)
        near = slice(round((at - 0.01) * RATE), round((at + 0.15) * RATE))
        for delay, size in zip(late, sizes, strict=True):
            samples[near] += 1e-3 * size * biphasic(time[near] - at, 0.0052 + delay, 0.006)
        rows.append(Annotation(at, 0.0, "stimulus 30 mA wrist"))
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", RATE, time.size)
    found, _ = values(Recording.from_arrays([samples], [channel], annotations=rows))
    assert found["m_latency"].value == pytest.approx(5.2, abs=0.25)
