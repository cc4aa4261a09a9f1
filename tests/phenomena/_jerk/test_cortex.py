"""What precedes jerks in the EEG: simulated with defined edges of bursts, coloured backgrounds, known potentials."""

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.dsp.bands import zero_phase
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena.myoclonus import PHENOMENON

RATE = 1000.0


def coloured(n, random):
    """Pink noise of unit deviation."""
    hz = np.fft.rfftfreq(n, 1 / RATE)
    lines = np.fft.rfft(random.standard_normal(n)) / np.sqrt(np.maximum(hz, 0.3))
    x = np.fft.irfft(lines, n)
    return x / x.std()


def record(n=50, seed=0, length_s=0.03, apart_s=0.9, cortex=("none",), size=1.0, marks=()):
    """One muscle with bursts at 20 dB, and a channel of EEG for each of `cortex`; gives the recording and onsets.

    `size` is the root mean square of a spike over its length, or the height of a readiness potential, over that of
    the background; a minus before a name turns the potential round.
    """
    random = np.random.default_rng(seed)
    onset = 4 + np.cumsum(apart_s + random.exponential(1.2, n))
    total = round((onset[-1] + 4) * RATE)
    first = np.rint(onset * RATE).astype(int)
    muscle = random.standard_normal(total)
    burst = zero_phase(random.standard_normal(total), RATE, 30, 300)
    for at in first:
        muscle[at : at + round(length_s * RATE)] += 10 * (burst / burst.std())[at : at + round(length_s * RATE)]
    time = np.arange(-60, 61) / RATE
    spike = np.exp(-0.5 * (time / 0.006) ** 2)
    spike /= np.sqrt(np.mean(spike[np.abs(time) < 0.018] ** 2))
    ramp = np.concatenate([np.linspace(0, 1, 1500), np.exp(-np.arange(600) / 150)])
    beta = zero_phase(random.standard_normal(total), RATE, 16, 30)
    arrays = [5e-6 * muscle]
    for name in cortex:
        x = coloured(total, random)
        sign = -1 if name.startswith("-") else 1
        gate = np.ones(total)
        for at in first:
            if "spike" in name:
                x[at - 80 : at + 41] += sign * size * spike
            if "readiness" in name:
                x[at - 1500 : at + 600] -= sign * size * ramp
            if "beta" in name:
                gate[at - 1000 : at] = 0.4
        arrays.append(10e-6 * (x + (0.5 * beta / beta.std() * gate if "beta" in name else 0)))
    names = ("C3", "C4", "Fz", "Pz")[: len(cortex)]
    channels = [Channel("forearm", ChannelKind.SURFACE_EMG, "V", RATE, total)]
    channels += [Channel(name, ChannelKind.EEG, "V", RATE, total) for name in names]
    recording = Recording.from_arrays(arrays, channels)
    return Recording("memory", recording.channels, recording.source, annotations=tuple(marks)), onset


def observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def found(measured, name):
    return [m for m in measured.measurements if m.id.split("@")[0] == f"myoclonus.{name}"]


def states(measured):
    return {f.term.label: f.state for f in measured.findings}


def test_a_spike_at_minus_20_ms_from_50_jerks_at_minus_10_db():
    errors = []
    for seed in range(8):
        measured = observe(record(cortex=("spike",), size=10 ** (-10 / 20), seed=seed)[0])
        assert states(measured)["Jerk-locked premyoclonus spikes"] is State.PRESENT
        (latency,) = found(measured, "spike_latency")
        errors.append(latency.value + 20)
        assert latency.interval[0] - 1 <= -20 <= latency.interval[1] + 1
    assert abs(np.mean(errors)) <= 1
    assert np.median(np.abs(errors)) <= 2


def test_a_clear_spike_names_the_cortex_and_shows_where_its_polarity_turns():
    measured = observe(record(n=110, cortex=("spike", "-spike", "none"), size=2.0, seed=1)[0])
    assert states(measured) == {
        "Myoclonus": State.PRESENT,
        "Jerk-locked premyoclonus spikes": State.PRESENT,
        "Cortical myoclonus": State.PRESENT,
    }
    assert found(measured, "spike_latency")[0].value == pytest.approx(-20, abs=1)
    four = [m.value for m in measured.measurements if "spike_amplitude" in m.id]
    assert len(four) == 4
    assert np.ptp(four) < 0.15 * max(four)
    (turned,) = found(measured, "polarity_reversal")
    assert turned.value == 1
    assert turned.quality.startswith("other polarity at C")
    assert found(measured, "spike_split_half")[0].value > 0.9
    criteria = found(measured, "criteria_cortical")[0]
    assert "cortical spike before the jerk" in criteria.quality.split(";")[0]
    assert any(note.startswith("methods: EMG of forearm was band-passed") for note in measured.notes)


def test_a_readiness_potential_from_40_jerks():
    present = 0
    for seed in range(4):
        measured = observe(record(n=41, apart_s=3.0, length_s=0.15, cortex=("readiness", "none"), seed=seed)[0])
        (p,) = found(measured, "readiness_p")
        present += p.value <= 0.03
    assert present == 4
    assert p.channel == "C3"
    (late,) = found(measured, "readiness_late")
    assert late.value == pytest.approx(-8.3, abs=4)  # mean of the last third of a ramp to 10 µV
    assert found(measured, "readiness_early")[0].value > late.value
    assert -2 < found(measured, "readiness_onset")[0].value < 0
    assert "prepared in the EEG, as voluntary movements and functional jerks are" in measured.findings[0].rule
    assert states(measured)["Jerk-locked premyoclonus spikes"] is not State.PRESENT


def test_desynchronisation_is_found_in_its_band():
    measured = observe(record(n=60, apart_s=3.0, length_s=0.15, cortex=("beta",), seed=3)[0])
    (fall,) = found(measured, "desynchronisation")
    assert fall.value < -25
    low, high = (float(fall.method.split(": ")[1].split(" ")[i]) for i in (0, 2))
    assert 10 <= low <= 20
    assert 25 <= high <= 45


def test_without_a_correlate_hardly_anything_is_significant():
    """The full hundred seeds are in the benchmark; here as many as time allows."""
    significant = 0
    for seed in range(12):
        measured = observe(record(n=45, apart_s=2.1, cortex=("none", "none"), seed=100 + seed)[0])
        significant += found(measured, "spike_p")[0].value <= 0.01
        significant += found(measured, "readiness_p")[0].value <= 0.03
        significant += found(measured, "desynchronisation_p")[0].value <= 0.03
    assert significant <= 2


def test_few_jerks_average_nothing():
    assert not found(observe(record(n=12, cortex=("spike",), size=3.0)[0]), "spike_p")


def test_stimuli_that_set_off_jerks_and_a_giant_potential():
    recording, onset = record(n=60, cortex=("none",), seed=5)
    shocks = [Annotation(float(t) - 0.045, 0.0, "stimulus wrist") for t in onset]
    x = recording.samples(1).copy()
    time = np.arange(100) / RATE
    evoked = -8e-6 * np.exp(-0.5 * ((time - 0.02) / 0.0015) ** 2) + 9e-6 * np.exp(-0.5 * ((time - 0.026) / 0.002) ** 2)
    for mark in shocks:
        first = round(mark.onset_s * RATE)
        x[first : first + 100] += evoked
    arrays = [recording.samples(0), x]
    again = Recording.from_arrays(arrays, recording.channels)
    measured = observe(Recording("memory", again.channels, again.source, annotations=tuple(shocks)))
    assert found(measured, "c_reflex")[0].value > 0.9
    assert found(measured, "stimulus_latency")[0].value == pytest.approx(45, abs=2)
    assert found(measured, "sep_n20_p25")[0].value == pytest.approx(17, abs=3.5)
    assert states(measured)["Giant somatosensory evoked potentials"] is State.PRESENT
    assert states(measured)["Enhancement of the C-reflex"] is State.PRESENT
