"""Results made by hand, as rich as real ones, with and without the recordings behind them."""

from functools import cache

import numpy as np
import pytest

from involuntary.model import (
    Assessment,
    Case,
    Channel,
    ChannelKind,
    ChannelSummary,
    ConditionResult,
    Contribution,
    Events,
    Finding,
    Intervals,
    LikelihoodRatio,
    Management,
    Measurement,
    NextStep,
    Observation,
    Onset,
    PhenomenonResult,
    Provenance,
    Recording,
    RecordingSummary,
    RedFlag,
    Reference,
    State,
    Term,
    Urgency,
)

RULE = Reference("doi:10.0000/rule", "Author A, Writer B. Journal 2020", "Table 2")
WEIGHT = Reference("pmid:1", "Weigher C. Journal 2021")
JUDGED = Reference("expert-judgement", "The developers, 2026")
FASCICULATIONS = Term("HP:0002380", "Fasciculations")
TREMOR = Term("HP:0001337", "Tremor")
NAMES = ("left calf", "right calf", "left wrist")


def _rest_emg(random, seconds, onsets, rate_hz=1000.0):
    """Noise of 5 µV with mains, and a biphasic potential of 10 ms at each onset; in volts."""
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    signal = random.normal(0, 5e-6, time.size) + 3e-6 * np.sin(2 * np.pi * 50 * time)
    shape = np.arange(-5, 6) / 2.0
    for onset, height in onsets:
        at = int(onset * rate_hz)
        signal[at : at + shape.size] -= height * shape * np.exp(-(shape**2) / 2)
    return signal


@cache
def made_recording(seconds=120.0):
    """Two calves at rest and a trembling wrist."""
    random = np.random.default_rng(7)
    onsets = np.sort(random.uniform(1, seconds - 1, int(seconds / 3)))
    left = _rest_emg(random, seconds, [(t, random.choice([60e-6, 150e-6, 260e-6])) for t in onsets])
    right = _rest_emg(random, seconds, [])
    right[int(40e3) : int(46e3)] += random.normal(0, 150e-6, 6000)
    time = np.arange(int(seconds * 100)) / 100
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * time / seconds * 2) ** 2
    wrist = 9.81 + 1.2 * swell * np.sin(2 * np.pi * 5.2 * time) * (time > 30) + random.normal(0, 0.05, time.size)
    channels = (
        Channel(NAMES[0], ChannelKind.SURFACE_EMG, "V", 1000.0, left.size, "µV"),
        Channel(NAMES[1], ChannelKind.SURFACE_EMG, "V", 1000.0, right.size, "µV"),
        Channel(NAMES[2], ChannelKind.ACCELEROMETER, "m/s²", 100.0, wrist.size),
    )
    return Recording.from_arrays((left, right, wrist), channels, format="bdf"), onsets


def _measurements():
    settings = Provenance("fasciculation", "0.1.0", (("amplitude_floor_uv", "100.0"), ("band_hz", "20–500")))
    rate = Measurement(
        "fasciculation.rate@left calf", "fasciculation", NAMES[0], 20.1, "1/min", 40, 119.2, "good",
        "count of potentials divided by usable time", RULE, (14.4, 27.3), settings,
    )  # fmt: skip
    amplitude = Measurement(
        "fasciculation.amplitude@left calf", "fasciculation", NAMES[0], 148.0, "µV", 40, 119.2, "good",
        "median peak-to-peak", RULE, (96.0, 241.0), settings,
    )  # fmt: skip
    quiet = Measurement(
        "fasciculation.rate@right calf", "fasciculation", NAMES[1], float("nan"), "1/min", 0, 40.0,
        "too short: 40 s usable, 60 s needed", "count of potentials divided by usable time", RULE,
    )  # fmt: skip
    frequency = Measurement(
        "tremor.frequency@left wrist", "tremor", NAMES[2], 5.2, "Hz", 22, 88.0, "good",
        "highest peak of the Welch spectrum", RULE, (5.1, 5.3), settings,
    )  # fmt: skip
    return rate, amplitude, quiet, frequency


@cache
def made_observation(seconds=120.0):
    """Three states, events of two kinds, a number that could not be measured, and a reason."""
    recording, onsets = made_recording(seconds)
    right = (("voluntary activity", Intervals.of((40.0, 46.0))), ("clipped", Intervals.of((70.0, 71.5))))
    unusable = {NAMES[1]: right}
    usable = {NAMES[0]: 1.0, NAMES[1]: 0.9375, NAMES[2]: 1.0}
    channels = tuple(
        ChannelSummary(c.name, c.kind, c.recorded_unit, c.rate_hz, usable[c.name], unusable.get(c.name, ()))
        for c in recording.channels
    )
    amplitude = np.resize([60.0, 150.0, 260.0], onsets.size)
    amplitude[1] = np.nan
    potentials = Events(
        "potential", (NAMES[0],) * onsets.size, onsets, np.full(onsets.size, 0.01), {"amplitude_uv": amplitude}
    )
    epochs = Events("tremor", (NAMES[2],) * 2, np.array([30.0, 80.0]), np.array([48.0, 40.0]))
    findings = (
        Finding(
            FASCICULATIONS, State.PRESENT, "fasciculation", ("fasciculation.rate@left calf",),
            "at least one potential of ≥ 50 µV outside voluntary activity", RULE, LikelihoodRatio(4.2, WEIGHT),
        ),
        Finding(TREMOR, State.PRESENT, "tremor", ("tremor.frequency@left wrist",), "one narrow peak", RULE),
        Finding(
            Term("HP:0003394", "Muscle spasm"), State.EXCLUDED, "cramp", (), "no tonic activity in 120 s", RULE,
            LikelihoodRatio(0.4, JUDGED),
        ),
        Finding(Term("HP:0001336", "Myoclonus"), State.NOT_ASSESSED, "myoclonus", rule="needs an EEG channel"),
    )  # fmt: skip
    return Observation(
        RecordingSummary("bdf", seconds, channels),
        (potentials, epochs),
        _measurements(),
        findings,
        ("right calf: 6 s of voluntary activity are left out", "myoclonus: not assessed: no channel of kind eeg"),
        "0.1.0",
    )


def _contribution(finding, ratio, source=WEIGHT):
    return Contribution(finding, ratio, float(np.log2(ratio)), str(source))


def _conditions():
    rows = (
        ("benign-fasciculation", "Benign fasciculation syndrome", "motor neurone, nerve", 0.58, -6.0, (9.0, 6.0), 0.7),
        ("als", "Amyotrophic lateral sclerosis", "motor neurone, nerve", 0.21, -11.0, (40.0, 22.0), 0.3),
        ("hypomagnesaemia", "Hypomagnesaemia", "metabolic, endocrine", 0.08, -8.0, (5.0, 4.0), 0.9),
        ("caffeine", "Caffeine", "drugs and intake", 0.05, -5.0, (1.9,), 0.5),
    )
    codes = (("mondo", "MONDO:0000001"), ("icd10", "R25.3"))
    told = ("Fasciculations (recorded: left calf)", "Muscle cramps")
    return tuple(
        ConditionResult(
            rank, id_, name, group, codes, probability, prior,
            tuple(_contribution(f, r) for f, r in zip(told, ratios, strict=False)),
            (_contribution("Muscle weakness: excluded", against, JUDGED),),
            ("Serum magnesium", "Needle EMG of three regions"),
        )
        for rank, (id_, name, group, probability, prior, ratios, against) in enumerate(rows, 1)
    )  # fmt: skip


@cache
def made_assessment(seconds=120.0):
    """A differential with warnings, steps and management."""
    steps = (
        NextStep("examine", "Look for weakness and wasting in all four limbs", "HP:0001324", 0.62, ("als",)),
        NextStep("test", "Serum magnesium, calcium and potassium", "2601-3", 0.31, ("hypomagnesaemia",)),
        NextStep("ask", "Coffee, tea and energy drinks a day", "", 0.12, ("caffeine", "benign-fasciculation")),
    )
    management = (
        Management("Benign fasciculation syndrome", "Explain that it is harmless; sleep and less caffeine help",
                   "self-care", "", str(RULE)),
        Management("Benign fasciculation syndrome", "Membrane-stabilising medicine", "medicine-class",
                   "Only where it troubles the person; interactions", str(WEIGHT)),
    )  # fmt: skip
    flag = RedFlag("weakness", "Weakness with fasciculations in more than one region", "Refer to neurology within days",
                   Urgency.URGENT, str(RULE))  # fmt: skip
    return Assessment(
        (
            PhenomenonResult("fasciculation", "Fasciculation", 0.97, (_contribution("Fasciculations", 32.0),), (), ()),
            PhenomenonResult("tremor", "Tremor", 0.7, (_contribution("Tremor", 8.0),), (), ("Posture held",)),
        ),
        _conditions(),
        ("Tremor",),
        (flag,),
        Urgency.URGENT,
        steps,
        management,
        (made_observation(seconds),),
        (("hpo", "2026-06"), ("annotations", "2026-06"), ("curated", "0.1.0")),
        "0.1.0",
        "It supports a clinician's judgement; it is no medical device.",
    )


@pytest.fixture(scope="session")
def recording():
    return made_recording()[0]


@pytest.fixture(scope="session")
def observation():
    return made_observation()


@pytest.fixture(scope="session")
def assessment():
    return made_assessment()


@pytest.fixture(scope="session")
def ten_minutes():
    return made_assessment(600.0), made_recording(600.0)[0]


@pytest.fixture(scope="session")
def case():
    return Case(58, "male", "neurology", Onset("subacute", "3 months", 91.0), observations=(made_observation(),))


@pytest.fixture(scope="session")
def empty():
    """Nothing recorded, nothing found."""
    return Observation(RecordingSummary("edf", 10.0, ()), (), (), (), ("too short",), "0.1.0")
