"""Neuromyotonia and myokymia: bursts of single units at high rates, irregular or in rhythm; and after-discharges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import potentials, stimuli
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Measurement, Reference, State, Term
from involuntary.phenomena._counts import per_min, rate_interval, share
from involuntary.phenomena._rows import Row, measured, median
from involuntary.phenomena._unit.trains import certain, regularity, resting, trains_of, uncertain_note
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Neuromyotonia", "NeuromyotoniaParameters"]

MADDISON = Reference(
    "pmid:16843723",
    "Maddison P. Neuromyotonia. Clin Neurophysiol 2006;117:2118",
    "doublet to multiplet discharges of single units, irregular, 30 to 300 Hz within a burst",
)
NARROW = Reference(
    "expert-judgement",
    "the narrower range that is often told, 150 to 300 Hz with a decrement; no source of it was seen",
)
MYOKYMIC = Reference(
    "url:https://www.medlink.com/articles/neuromyotonia",
    "MedLink Neurology, Neuromyotonia",
    "myokymic: grouped discharges that recur semi-rhythmically, 2 to 10 a second",
)
KLEINE = Reference("doi:10.1002/mus.20849", "Kleine BU, et al. Muscle Nerve 2008;37:269", "intervals grow in a burst")
HARRISON = Reference(
    "title:Accuracy of repetitive nerve stimulation for diagnosis of the cramp-fasciculation syndrome",
    "Harrison TB, Benatar M. Muscle Nerve 2007;35:776",
    "after-discharges, tibial nerve: specificity 76 % at 1 Hz, sensitivity 83 % at any; 36 of 108 had the syndrome",
)
_TERM = Term("HP:0034351", "Neuromyotonia")
_MYOKYMIC = Term("HP:0100288", "EMG: myokymic discharges")

_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class NeuromyotoniaParameters:
    """What counts as a burst, and when bursts are named; engineering choices unless a source is named.

    Attributes
    ----------
    slowest_hz, fastest_hz : float
        Rate within a burst (Maddison 2006: 30 to 300 Hz).
    neuromyotonic_hz : float
        Lower end of the narrower range (150 to 300 Hz, often told); both shares are given.
    train_n : int
        Doublets are counted; what is named has bursts of so many discharges or more.
    explained_share : float
        Copies of one unit's waveform explain at least this share of a burst: it is of a single unit.
    unevenness_factor : float
        Root mean square of the logarithms of ratios of successive intervals, at most.
    single_share : float
        Of the bursts of `train_n` or more, so many are of single units and even; an interference pattern is not.
    present_n : int
        Fewer such bursts are not named.
    rhythm_cv : float
        Bursts of a unit recur in rhythm where the robust variation of their intervals is below this,
    recur_slowest_hz, recur_fastest_hz : float
        and so often: 2 to 10 a second is myokymic.
    response_s : float
        After a stimulus, activity that begins within this is the response, not an after-discharge.
    pause_s : float
        After-discharges end with a pause of this length.
    """

    slowest_hz: float = 30.0
    fastest_hz: float = 300.0
    neuromyotonic_hz: float = 150.0
    train_n: int = 3
    explained_share: float = 0.95
    unevenness_factor: float = 0.25
    single_share: float = 0.4
    present_n: int = 10
    rhythm_cv: float = 0.3
    recur_slowest_hz: float = 2.0
    recur_fastest_hz: float = 10.0
    response_s: float = 0.1
    pause_s: float = 0.5


class Neuromyotonia(Phenomenon[NeuromyotoniaParameters]):
    """Bursts of single units: rate, size, decrement and rhythm; after-discharges where a nerve is stimulated."""

    id = "neuromyotonia"
    name = "Neuromyotonia, myokymia, after-discharges"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (MADDISON, NARROW, MYOKYMIC, KLEINE, HARRISON)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: NeuromyotoniaParameters) -> Measured:
        """Find bursts on every channel away from stimuli, then the after-discharges."""
        p = parameters
        evoked = stimuli.evoked_time(bench.recording)
        time = resting(bench, channels).without(evoked)
        every = Events.merged("train", [trains_of(bench, channel).within(time) for channel in channels])
        bursts = every[every.features["rate_hz"] >= p.slowest_hz] if len(every) else every
        clean = bursts[_clean(bursts, p)] if len(bursts) else bursts
        rhythm = _rhythms(clean)
        rows = _rows(bursts, clean, rhythm, time.total_s, p) if len(bursts) else []
        after, evoked_rows = _after_discharges(bench, channels, p)
        measurements = measured(self.id, [*rows, *evoked_rows], time.total_s)
        findings = _findings(bursts, clean, rhythm, measurements, time.total_s, p)
        notes = (*(f.rule for f in findings), *([_after_note(after)] if after else []))
        # What cannot be told from an effort is not handed on as a burst of an axon.
        named = any(finding.state is State.PRESENT for finding in findings)
        trains = _handed_on(every, p, fast=named)
        return Measured((trains,) if len(trains) else (), measurements, findings, notes)


def _handed_on(every: Events, p: NeuromyotoniaParameters, *, fast: bool) -> Events:
    """Give the trains that a result shows: slower ones of units that repeat them, and bursts where they are named.

    Two discharges of one unit may follow each other by chance, three or more at even intervals hardly do so often.
    """
    if not len(every):
        return every
    rate, unit = every.features["rate_hz"], every.features["unit_id"]
    slow = rate < p.slowest_hz
    telling = slow & _clean(every, p)
    often = np.count_nonzero(telling) >= max(p.present_n, p.single_share * np.count_nonzero(slow))
    keys = list(zip(every.channel, unit.tolist(), strict=True))
    repeating = {key for key, tells in zip(keys, telling.tolist(), strict=True) if tells}
    known = np.array([key in repeating for key in keys])
    return every[(slow & known & often) | (~slow & fast)]


def _clean(bursts: Events, p: NeuromyotoniaParameters) -> _Mask:
    """Mark bursts of three or more that are of one unit, even, within the published rates, and of no doubtful number.

    Those whose number was not weighed count, see `certain`.
    """
    f = bursts.features
    single = np.isfinite(f["unit_id"]) & (f["explained"] >= p.explained_share) & certain(bursts)
    even = f["unevenness"] <= p.unevenness_factor
    return np.asarray(single & even & (f["n"] >= p.train_n) & (f["rate_hz"] <= p.fastest_hz))


def _rhythms(clean: Events) -> list[tuple[float, float, int]]:
    """Give, by unit and channel, median interval between bursts, its robust variation, and how many bursts."""
    found = []
    unit = clean.features.get("unit_id", np.empty(0))
    for channel in dict.fromkeys(clean.channel):
        on = np.array([name == channel for name in clean.channel], dtype=np.bool_)
        for key in np.unique(unit[on]).tolist():
            onset = clean.onset_s[on & (unit == key)]
            if onset.size >= 4:
                found.append((float(np.median(np.diff(onset))), regularity(onset), onset.size))
    return found


def _rows(
    bursts: Events, clean: Events, rhythm: list[tuple[float, float, int]], time_s: float, p: NeuromyotoniaParameters
) -> list[Row]:
    rate, f, n = bursts.features["rate_hz"], clean.features, len(clean)
    wide = int(np.count_nonzero((rate >= p.slowest_hz) & (rate <= p.fastest_hz)))
    narrow = int(np.count_nonzero((rate >= p.neuromyotonic_hz) & (rate <= p.fastest_hz)))
    grow = f["first_hz"] / f["last_hz"] if n else np.empty(0)
    every = sum(count for *_, count in rhythm)
    sized = f.get("n", np.empty(0))[certain(clean)] if n else np.empty(0)
    pick = max(rhythm, key=lambda one: one[2], default=(float("nan"), float("nan"), 0))
    return [
        Row("burst_rate", per_min(len(bursts), time_s), "1/min", len(bursts), "bursts, doublets included",
            MADDISON, rate_interval(len(bursts), time_s), needs=1),
        Row("single_unit_fraction", share(n, _large(bursts, p)), "1", _large(bursts, p),
            "bursts of three or more that one unit explains, over all of three or more", KLEINE, needs=1),
        Row("rate_within", median(f.get("rate_hz", np.empty(0))), "Hz", n, "median rate within bursts", MADDISON),
        Row("share_30_to_300", share(wide, len(bursts)), "1", len(bursts), "bursts at 30 to 300 Hz", MADDISON),
        Row("share_150_to_300", share(narrow, len(bursts)), "1", len(bursts), "bursts at 150 to 300 Hz", NARROW),
        Row("discharges", median(sized), "1", sized.size, "median discharges of bursts of no doubtful number",
            MADDISON),
        Row("decrement", 100 * median(f.get("decrement", np.empty(0))), "%", n,
            "amplitude that the last discharge has lost, median", NARROW),
        Row("interval_growth", median(grow), "1", n, "last over first interval of a burst, median", KLEINE),
        Row("burst_interval", pick[0], "s", every, "from burst to burst of the busiest unit", MYOKYMIC, needs=4),
        Row("burst_interval_cv", pick[1], "1", every, "its robust variation", MYOKYMIC, needs=4),
    ]  # fmt: skip


def _large(bursts: Events, p: NeuromyotoniaParameters) -> int:
    return int(np.count_nonzero(bursts.features["n"] >= p.train_n))


def _findings(
    bursts: Events, clean: Events, rhythm: list[tuple[float, float, int]], measurements: tuple[Measurement, ...],
    time_s: float, p: NeuromyotoniaParameters,
) -> tuple[Finding, ...]:  # fmt: skip
    """Name the bursts by their rhythm where enough of them are of single units."""
    n, large = len(clean), _large(bursts, p) if len(bursts) else 0
    of = f"{n} even bursts of single units of {large} bursts of {p.train_n} or more in {time_s:.0f} s"
    of += uncertain_note(bursts) if len(bursts) else ""
    if n < p.present_n or n < p.single_share * large:
        why = "too few to name" if n < p.present_n else "the others mix units, as an effort does"
        rule = f"neuromyotonia: not assessed: {of}; {why}; surface electrodes see large superficial units alone"
        return (Finding(_TERM, State.NOT_ASSESSED, "neuromyotonia", (), rule, MADDISON),)
    because = tuple(m.id for m in measurements if np.isfinite(m.value) and not m.id.startswith("neuromyotonia.after"))
    steady = sum(count for interval, cv, count in rhythm if cv <= p.rhythm_cv and _recurs(interval, p))
    if steady > 0.5 * n:
        rule = f"neuromyotonia: present as myokymic discharges: {of}, in rhythm"
        return (Finding(_MYOKYMIC, State.PRESENT, "neuromyotonia", because, rule, MYOKYMIC),)
    rate = median(clean.features["rate_hz"])
    rule = f"neuromyotonia: present: {of}, irregular, at {rate:.0f} Hz within"
    return (Finding(_TERM, State.PRESENT, "neuromyotonia", because, rule, MADDISON),)


def _recurs(interval_s: float, p: NeuromyotoniaParameters) -> bool:
    return 1 / p.recur_fastest_hz <= interval_s <= 1 / p.recur_slowest_hz


def _after_discharges(
    bench: Bench, channels: Sequence[int], p: NeuromyotoniaParameters
) -> tuple[dict[float, float], list[Row]]:
    """Give, by rate of stimulation, how long discharges outlast a run of stimuli, and the rows that say so."""
    given = stimuli.find(bench.recording).time_s
    runs = [given[rows] for rows in stimuli.runs(given, 1.5) if len(rows) >= 3]
    lasting: dict[float, list[float]] = {}
    for run in runs:
        rate = float(np.round(1 / np.median(np.diff(run)), 1))
        until = float(given[given > run[-1]].min(initial=bench.recording.duration_s))
        longest = max(_outlast(bench, channel, float(run[-1]), until, p) for channel in channels)
        lasting.setdefault(rate, []).append(longest)
    found = {rate: float(np.median(each)) for rate, each in sorted(lasting.items())}
    rows = [
        Row(f"after_discharge_{rate:g}hz", seconds, "s", len(lasting[rate]),
            f"activity that outlasts runs of stimuli at {rate:g} Hz, median", HARRISON, needs=1)
        for rate, seconds in found.items()
    ]  # fmt: skip
    return found, rows


def _outlast(bench: Bench, channel: int, last_s: float, until_s: float, p: NeuromyotoniaParameters) -> float:
    """Give how long potentials go on after the response to the last stimulus, without a pause."""
    found = bench.detect(potentials.detect, channel, potentials.THOROUGH)
    at = found.features["peak_s"][(found.features["peak_s"] > last_s + p.response_s) & (found.onset_s < until_s)]
    at = np.concatenate([[last_s + p.response_s], np.sort(at)])
    ends = np.flatnonzero(np.diff(at) > p.pause_s)
    last = int(ends[0]) if ends.size else at.size - 1
    return float(at[last] - last_s) if last else 0.0


def _after_note(after: dict[float, float]) -> str:
    """Say whether discharges outlast any rate of stimulation; what that tells is published for one syndrome."""
    lasting = [f"{seconds:.1f} s at {rate:g} Hz" for rate, seconds in after.items() if seconds > 0]
    if not lasting:
        return f"neuromyotonia: no after-discharges at {', '.join(f'{rate:g}' for rate in after)} Hz"
    return (
        f"neuromyotonia: after-discharges: {', '.join(lasting)}; for the cramp-fasciculation syndrome 83 % sensitive at"
        " any rate, 76 % specific at 1 Hz (Harrison & Benatar 2007)"
    )


PHENOMENON = Neuromyotonia(NeuromyotoniaParameters())
