"""What the gallery shows, one row a picture: generator, settings, seconds shown, channels, and what to look for."""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One picture.

    Attributes
    ----------
    id : str
        Generator.
    look : str
        What to look for.
    span_s : float
        Seconds shown.
    settings : dict
        Of the generator.
    channels : tuple of int
        Shown; the spectrum is of the first.
    lead_s : float
        Seconds before the first event that is shown.
    title : str
        Where the generator's name does not say it.
    made_s : float
        Length of the recording.
    swept : bool
        Whether the stretches around the first spikes are laid over each other instead.
    """

    id: str
    look: str
    span_s: float = 10.0
    settings: dict[str, object] = field(default_factory=dict)
    channels: tuple[int, ...] = (0,)
    lead_s: float = 1.0
    title: str = ""
    made_s: float = 30.0
    swept: bool = False


ROWS = (
    Row("fasciculation", "Single potentials with long, irregular rests between them. A unit comes back in the same shape.",
        6, {"amplitude_min_uv": 80}),
    Row("fasciculation", "Several shapes from a wide area and pairs of one unit some 35 ms apart.",
        6, {"per_min": 120, "units": 15, "doublet_fraction": 0.2}, title="Fasciculations, many units and doublets"),
    Row("cramp", "Units join one by one, fire irregularly with a shared slow sway, and fall silent.", 34, made_s=60, lead_s=3,
        settings={"cramp_s": 25}),
    Row("spasm", "Flexors start together and suddenly, hold, and fade; antagonists join weakly.", 10, {"clonus_share": 0},
        (0, 1, 2)),
    Row("spasm", "The second half of the spasm breaks into regular beats at 6 Hz: clonus.", 10,
        {"clonus_share": 1, "pattern": "extensor"}, (0, 1), title="Spasm with clonus"),
    Row("spasticity", "Activity begins when the stretch is fast enough and ends with it: the faster, the more.", 12,
        channels=(0, 1)),
    Row("tetany", "Groups of two to several discharges of one unit at a high rate, again and again.", 4, made_s=60, lead_s=0.2),
    Row("neuromyotonia", "Bursts of a single unit at high rates, irregular, each beginning and ending abruptly.", 4, lead_s=0.5),
    Row("neuromyotonia", "The same few units burst in groups at a slow, regular rhythm.", 8, {"rhythm": "grouped"},
        title="Myokymia"),
    Row("myoclonus", "Bursts under 50 ms in agonist and antagonist at once, down the arm; the EEG spike is seen after averaging.",
        1.0, {"origin": "cortical"}, (0, 1, 3), 0.3, "Cortical myoclonus"),
    Row("myoclonus", "Sternomastoid first, then masseter upwards and the limbs downwards.", 1.0, {"origin": "brainstem"},
        (0, 1, 2, 3), 0.3, "Brainstem myoclonus"),
    Row("myoclonus", "Long bursts, rhythmic, in neighbouring segments.", 8, {"origin": "spinal"}, (0, 1), 0.5,
        "Spinal myoclonus"),
    Row("myoclonus", "From the abdomen slowly up and down the cord, always in the same order.", 1.5,
        {"origin": "propriospinal"}, (0, 1, 2, 3), 0.4, "Propriospinal myoclonus"),
    Row("myoclonus", "Long bursts whose order changes from jerk to jerk; averaged EEG shows a readiness potential.", 8,
        {"origin": "functional"}, (0, 1, 2), 0.5, "Functional jerks"),
    Row("negative-myoclonus", "Pauses of 60 to 200 ms in both muscles at once; the hand falls after each.", 5, {}, (0, 1, 2)),
    Row("dystonia", "Agonist and antagonist contract together for half a second to several, here at rest.", 15, {}, (0, 1)),
    Row("tic", "Brief, stereotyped bursts that can be held back for a while and come in bouts.", 20, {}, (0, 1)),
    Row("chorea", "A flow of unlike movements: no rhythm, no repetition, one passes into the next.", 15, {}, (0,)),
    Row("tremor", "Alternating bursts of flexor and extensor at 5 Hz, and one sharp peak in the spectrum.", 3, {}, (0, 3, 4),
        0.0, "Rest tremor"),
    Row("tremor", "Synchronous bursts at 16 Hz: so fast and so narrow in frequency is only orthostatic tremor.", 2,
        {"frequency_hz": 16, "cycle_cv": 0.005, "antagonist_phase_deg": 0, "amplitude_mm": 0.3, "accelerometer_hz": 200},
        (0, 3, 4), 0.0, "Orthostatic tremor"),
    Row("hemifacial-spasm", "Trains at 250 to 350 Hz in both muscles of one side at the same instant; the other side is still.",
        0.2, {}, (0, 1, 2), 0.05),
    Row("stiff-person", "Agonist and antagonist are active together at rest; a sudden stimulus adds a spasm that fades over seconds.", 20, {}, (0, 1)),
    Row("startle", "Orbicularis oculi first; then sternomastoid, masseter, limbs; smaller with each tone.", 1.0, {},
        (0, 1, 2, 3), 0.2),
    Row("sleep-movement", "Leg movements of 0.5 to 10 s every 10 to 90 s in light sleep.", 240, {"cycle_min": 10},
        (0, 1, 2), 20, made_s=600),
    Row("repetitive-stimulation", "Ten M waves at 3 Hz; from the first to the fourth they shrink by more than a tenth.", 4.5,
        {"junction": "myasthenic"}, (0,), 0.5, "Myasthenic decrement"),
    Row("jitter", "A hundred sweeps over each other, each from the first spike: the second dances after it, and at times is missing.", 0.5,
        {"junction": "myasthenic"}, (0,), 0.05, "Neuromuscular jitter, myasthenic", 60, swept=True),
    Row("nerve-conduction", "One response a stimulus; from the elbow it comes later by the time of the forearm.", 0.06, {},
        (0,), 0.01),
    Row("needle", "Units of 0.2 to 2 mV and 5 to 15 ms, each regular.", 0.6, {}, (0,), 0.05, "Needle: healthy", 5),
    Row("needle", "Larger, longer, with more phases: each axon has taken fibres over.", 0.6, {"muscle": "neurogenic"}, (0,), 0.05,
        "Needle: neurogenic", 5),
    Row("needle", "Smaller and shorter: each unit has lost fibres.", 0.6, {"muscle": "myopathic"}, (0,), 0.05,
        "Needle: myopathic", 5),
    Row("grid", "One unit's potential travels from row to row.", 0.3, {"units": 8, "fibres": 1600, "noise_uv": 0.5, "mains_uv": 0.0, "fat_mm": 1.0}, (0, 4, 8, 12), 0.05,
        made_s=5),
    Row("voluntary", "An interference pattern that begins and ends when asked. Not involuntary.", 12, {"pattern": "phasic"}),
    Row("walking", "Shin and calf in turn, left and right half a stride apart. Not involuntary.", 6, {}, (0, 1, 2, 4), -3),
    Row("mouth", "Bursts at 1.6 Hz in bouts of some 13 s. Not involuntary.", 8, {}, (0, 1), 0.5, "Chewing"),
    Row("mouth", "Irregular short bursts of the lips in phrases. Not involuntary.", 8, {"activity": "talking"}, (2, 0), 0.5,
        "Talking"),
    Row("artefact", "P, QRS and T at the pulse. No muscle.", 4, {}, title="Electrocardiogram alone"),
    Row("artefact", "50 Hz and its odd harmonics. No muscle.", 0.2, {"kind": "mains"}, title="Mains alone"),
    Row("artefact", "Slow deflections below 10 Hz. No muscle.", 20, {"kind": "movement", "size_uv": 500},
        title="Movement artefact"),
    Row("artefact", "A step and its decay: a contact breaks. No muscle.", 30, {"kind": "pops", "size_uv": 500},
        title="Electrode pops"),
    Row("rest", "Noise, and a little mains. Nothing.", 4),
    Row("fasciculation-als", "As fasciculations, but more of them, of more units, many of them long and with many phases.", 10,
        {}, (0,), 0.5),
    Row("tremor-protocol", "The right hand (above) stops its own rhythm and follows the taps of the left (below).", 6,
        {"kind": "functional", "protocol": "posture, tapping 3 Hz", "condition_s": 15}, (0, 3), -13, "Functional tremor: entrainment", 30),
    Row("tremor-protocol", "The hand reaches to and fro; it trembles as it comes near its target.", 6,
        {"kind": "cerebellar", "protocol": "kinetic"}, (0, 1), -6, "Intention tremor", 30),
    Row("physiological-tremor", "A broad, low peak at the frequency of the hand; in its second half a load slows it.", 6, {},
        (2, 3), -27, made_s=60),
    Row("parkinsonism", "Tremor at rest; then turns of the hand that shrink, slow and hesitate.", 20, {}, (0, 1), -8),
    Row("paroxysmal-dyskinesia", "An attack begins after a sudden movement and ends in less than a minute.", 60, {}, (0, 1, 2), 10,
        made_s=300),
    Row("guarding", "The back bends (below) and stays bent: a back at ease falls silent there, a guarding one does not.", 40, {}, (0, 1, 2), 2),
    Row("hemifacial-spasm", "R1 at 11 ms on the side of the stimulus, R2 at 33 ms; the mouth answers with the eye.", 0.12,
        {"stimuli_count": 5, "per_min": 0.1}, (0, 1, 2), 0.01, "Blink reflex with synkinesis", 20),
    Row("fatigue", "Each potential travels on, 5 mm from electrode to electrode; as the muscle tires it takes longer.", 0.2,
        {"units": 10, "fibres": 2000}, (1, 3, 5, 7), -6, made_s=20),
)  # fmt: skip
