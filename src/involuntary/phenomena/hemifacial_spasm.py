"""Hemifacial spasm: bursts that strike the muscles of one side of the face together; and the blink reflex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import heart, jerks, responses, stimuli
from involuntary.detect.bench import Bench
from involuntary.detect.sweeps import cut
from involuntary.dsp.bands import zero_phase
from involuntary.model import ChannelKind, Events, Finding, Intervals, Recording, Reference, State, Term
from involuntary.phenomena._counts import per_min, rate_interval
from involuntary.phenomena._evoked import BLINK_MS
from involuntary.phenomena._face import of_face
from involuntary.phenomena._rows import Row, measured, median
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "HemifacialSpasm", "HemifacialSpasmParameters"]

NIELSEN = Reference(
    "title:Pathophysiology of hemifacial spasm",
    "Nielsen VK. Neurology 1984",
    "abstract: 62 patients; trains of after-activity and late activity to stimuli of a branch at 250 to 350 Hz",
)
AUGER = Reference(
    "doi:10.1212/wnl.29.9_part_1.1261",
    "Auger RG. Hemifacial spasm: clinical and electrophysiologic observations. Neurology 1979;29:1261-1272",
    "abstract: orbicularis oris too answers supraorbital stimuli in all 23, in no other facial movement disorder",
)
ESTEBAN = Reference(
    "doi:10.1136/jnnp.49.1.58",
    "Esteban A, Molina-Negro P. J Neurol Neurosurg Psychiatry 1986;49:58",
    "latency of R2 abnormal in 36 of 53",
)
_TERM = Term("HP:0010828", "Hemifacial spasm")
_SYNKINESIS = Term("HP:0034979", "Facial synkinesis")
_SIDES = {"left": "left", "l": "left", "lt": "left", "right": "right", "r": "right", "rt": "right"}
# From the stimulus in seconds: the early and the late answer to the supraorbital nerve, and lateral spread.
_WAVES = {"r1": (BLINK_MS[0] / 1e3, BLINK_MS[1] / 1e3), "r2": (BLINK_MS[1] / 1e3, BLINK_MS[2] / 1e3)}
_SPREAD_S = (0.005, 0.020)
_QRS_S = 0.12
# Of the beats, so many with a burst are no chance; and a beat varies by less than this factor.
_OF_BEATS, _AS_WEAK = 0.3, 1.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HemifacialSpasmParameters:
    """What is together, and on one side; engineering choices unless a source is named.

    Attributes
    ----------
    together_ms : float
        Bursts of two muscles whose onsets lie this close are synchronous.
    across_ms : float
        And bursts of both sides.
    burst_n : int
        Bursts that a muscle must have.
    one_side_share : float
        Of the bursts of a muscle, that another of its side has too, at least.
    both_sides_share : float
        Of them, that the other side has too, at most; more is bilateral, as blinks and blepharospasm.
    slowest_hz, fastest_hz : float
        Rate within bursts that is looked for (Nielsen 1984: 250 to 350 Hz).
    answer_share : float
        Of the stimuli, that a muscle must answer.
    """

    together_ms: float = 8.0
    across_ms: float = 20.0
    burst_n: int = 10
    one_side_share: float = 0.6
    both_sides_share: float = 0.25
    slowest_hz: float = 200.0
    fastest_hz: float = 400.0
    answer_share: float = 0.5


class HemifacialSpasm(Phenomenon[HemifacialSpasmParameters]):
    """Synchrony within and between the sides of the face, rate within bursts, blink reflex, lateral spread."""

    id = "hemifacial-spasm"
    name = "Hemifacial spasm"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (NIELSEN, AUGER, ESTEBAN)

    def concerns(self, recording: Recording) -> bool:
        """Say whether two muscles of one side of the face are named."""
        sides = list(_faces(recording, recording.channels_of(*self.kinds)).values())
        return any(sides.count(side) > 1 for side in ("left", "right"))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: HemifacialSpasmParameters) -> Measured:
        """Compare the bursts of every pair of facial muscles, then read the answers to stimuli."""
        beats = _beats(bench, channels)
        bench = bench.without_heart()  # its beats strike both sides at once, as blinks do
        p, face = parameters, _faces(bench.recording, channels)
        if not self.concerns(bench.recording):
            return self._not_assessed(
                f"{self.id}: not assessed: it takes two named muscles of one side of the face, such as "
                '"orbicularis oculi left" and "orbicularis oris left"'
            )
        evoked = stimuli.evoked_time(bench.recording)
        found = {i: _bursts(bench, i).within(bench.usable(i).stretches.without(evoked)) for i in face}
        found = {i: each[~_of_heart(each, beats)] for i, each in found.items()}
        time_s = min(bench.usable(i).stretches.total_s for i in face)
        rows = _rows(bench, found, face, time_s, p)
        answers = _answers(bench, face)
        measurements = measured(self.id, [*rows, *answers], time_s)
        findings = [_spasm(found, face, tuple(m.id for m in measurements if "together" in m.id), p)]
        if answers:
            findings.append(_synkinesis(answers, tuple(m.id for m in measurements), p))
        of_side = [each for i, each in found.items() if len(each) and face[i] == findings[0].side]
        kept = (Events.merged("burst", of_side),) if findings[0].state is State.PRESENT else ()
        return Measured(kept, measurements, tuple(findings), tuple(f.rule for f in findings))


def _faces(recording: Recording, channels: Sequence[int]) -> dict[int, str]:
    """Give the side of every facial muscle among the channels."""
    found = {}
    for i in channels:
        words = recording.channels[i].name.lower().replace("-", " ").replace("_", " ").split()
        sides = [_SIDES[word] for word in words if word in _SIDES]
        if sides and of_face(recording.channels[i].name):
            found[i] = sides[0]
    return found


def _bursts(bench: Bench, channel: int) -> Events:
    return bench.detect(jerks.detect, channel, jerks.JerkRule(longest_ms=1000.0))


def _beats(bench: Bench, channels: Sequence[int]) -> Intervals:
    """Give the QRS complexes where the heart shows most: spasms hide it where they are strong, not in other muscles."""
    told = [(shown.share, -i) for i in channels if (shown := bench.heart(i)) is not None]
    if not told:
        return Intervals.empty()
    at = bench.detect(heart.beats, -max(told)[1], heart.HeartRule())
    return Intervals.union_of(np.column_stack([at - _QRS_S / 2, at + _QRS_S / 2]))


def _of_heart(found: Events, beats: Intervals) -> NDArray[np.bool_]:
    """Mark the bursts at beats that are as weak as these are; where few are at beats, they are so by chance."""
    at = beats.contains(found.features["peak_s"])
    if not np.any(at) or np.count_nonzero(at) < _OF_BEATS * len(beats):
        return np.zeros(len(found), dtype=np.bool_)
    size = found.features["amplitude_uv" if "amplitude_uv" in found.features else "amplitude_count"]
    return np.asarray(at & (size <= _AS_WEAK * np.median(size[at])))


def _shared(one: Events, other: Events, within_s: float) -> float:
    """Give the share of the bursts of one muscle that begin with one of the other."""
    if not len(one) or not len(other):
        return 0.0 if len(one) else float("nan")
    at = np.searchsorted(other.onset_s, one.onset_s)
    near = np.minimum(
        np.abs(other.onset_s[np.minimum(at, len(other) - 1)] - one.onset_s),
        np.abs(other.onset_s[np.maximum(at - 1, 0)] - one.onset_s),
    )
    return float(np.mean(near <= within_s))


def _pairs(
    found: Mapping[int, Events], face: Mapping[int, str], p: HemifacialSpasmParameters, *, across: bool
) -> list[tuple[int, int, float]]:
    """Give, for pairs within a side or across, how many of the rarer muscle's bursts are shared."""
    pairs = []
    for a, b in combinations(face, 2):
        if (face[a] != face[b]) is across:
            rarer, other = sorted((found[a], found[b]), key=len)
            # A side that never moves shares nothing of what the other does.
            if across:
                value = _shared(other, rarer, p.across_ms / 1e3)
            else:
                value = _shared(rarer, other, p.together_ms / 1e3) if len(rarer) >= p.burst_n else float("nan")
            pairs.append((a, b, value))
    return pairs


def _rows(
    bench: Bench, found: Mapping[int, Events], face: Mapping[int, str], time_s: float, p: HemifacialSpasmParameters
) -> list[Row]:
    names = {i: bench.recording.channels[i].name for i in face}
    rows = [
        Row("burst_rate", per_min(len(found[i]), time_s), "1/min", len(found[i]), "bursts a minute", NIELSEN,
            rate_interval(len(found[i]), time_s) if time_s else None, at=names[i], needs=0)
        for i in face
    ]  # fmt: skip
    for across, label in ((False, "together"), (True, "across")):
        for a, b, value in _pairs(found, face, p, across=across):
            n = min(len(found[a]), len(found[b])) if not across else max(len(found[a]), len(found[b]))
            at = f"{names[a]}×{names[b]}"
            rows.append(Row(label, value, "1", n, "share of bursts that both have", NIELSEN, at=at))
    for i in face:
        rate = _rates(bench, i, found[i], p)
        how = "rate within bursts, by autocorrelation"
        rows.append(Row("rate_within", median(rate), "Hz", rate.size, how, NIELSEN, at=names[i]))
    return rows


def _rates(bench: Bench, channel: int, found: Events, p: HemifacialSpasmParameters) -> Floats:
    """Give the rate within each burst of three periods or more where one stands out, at most of a hundred bursts."""
    meta, rates = bench.recording.channels[channel], []
    if meta.rate_hz < 4 * p.fastest_hz:
        return np.empty(0)
    for onset, length in list(zip(found.onset_s.tolist(), found.duration_s.tolist(), strict=True))[:100]:
        first, stop = bench.recording.sample_at(channel, np.array([onset, onset + length])).tolist()
        if length < 3 / p.slowest_hz or not 0 <= first < stop <= meta.n_samples:
            continue
        band = zero_phase(bench.recording.samples(channel, first, stop), meta.rate_hz, p.slowest_hz, 1.5 * p.fastest_hz)
        # A potential is as long as several intervals; what changes fastest in it is not, and shows them.
        wave = np.diff(band, 2)
        like = np.correlate(wave, wave, "full")[wave.size - 1 :]
        low, high = int(meta.rate_hz / (1.1 * p.fastest_hz)), int(np.ceil(meta.rate_hz / p.slowest_hz)) + 1
        top = low + int(np.argmax(like[low:high]))
        if like[0] > 0 and like[top] > 0.3 * like[0] and low < top < high - 1:
            before, here, after = like[top - 1 : top + 2]
            rates.append(meta.rate_hz / (top + 0.5 * (before - after) / (before - 2 * here + after)))
    return np.array(rates)


def _spasm(
    found: Mapping[int, Events], face: Mapping[int, str], ids: tuple[str, ...], p: HemifacialSpasmParameters
) -> Finding:
    """Ask for synchrony on one side that the other side does not share."""
    within = [(face[a], value) for a, _, value in _pairs(found, face, p, across=False) if np.isfinite(value)]
    across = max((v for *_, v in _pairs(found, face, p, across=True) if np.isfinite(v)), default=float("nan"))
    if not within:
        rule = f"hemifacial-spasm: not assessed: no two muscles of one side with {p.burst_n} bursts each"
        return Finding(_TERM, State.NOT_ASSESSED, "hemifacial-spasm", (), rule, NIELSEN)
    side, value = max(within, key=lambda pair: pair[1])
    said = f"{value:.0%} of bursts at once in two muscles of the {side} side"
    if len(set(face.values())) < 2:
        rule = f"hemifacial-spasm: not assessed: {said}; the other side was not recorded, so blinks are not told"
        return Finding(_TERM, State.NOT_ASSESSED, "hemifacial-spasm", ids, rule, NIELSEN)
    if across > p.both_sides_share:
        rule = f"hemifacial-spasm: not assessed: {said}, but {across:.0%} on both sides, as in blinks and blepharospasm"
        return Finding(_TERM, State.NOT_ASSESSED, "hemifacial-spasm", ids, rule, NIELSEN)
    if value < p.one_side_share:
        rule = f"hemifacial-spasm: not assessed: only {said}"
        return Finding(_TERM, State.NOT_ASSESSED, "hemifacial-spasm", ids, rule, NIELSEN)
    rule = f"hemifacial-spasm: present: {said}, {across:.0%} on both sides"
    return Finding(_TERM, State.PRESENT, "hemifacial-spasm", ids, rule, NIELSEN, side=side)


def _answers(bench: Bench, face: Mapping[int, str]) -> list[Row]:
    """Give latency and share of answers of every muscle to stimuli of each site."""
    given, rows = stimuli.find(bench.recording), []
    for kind, site, which in given.groups():
        own = given[which]
        # A mark "blink" alone may tell of one that nobody evoked.
        if not (kind == "nerve" or "supraorbital" in site) or len(own) < 3:
            continue
        spread = any(word in site for word in ("zygomatic", "mandibular", "facial"))
        windows = {"spread": _SPREAD_S} if spread else _WAVES
        for i in face:
            sweeps = cut(bench.recording, i, own, 0.1, 0.003)
            for name, (low, high) in windows.items():
                wave = responses.waves(sweeps, low, high, alike=False)
                answered = float(np.mean(wave.present)) if wave.present.size else 0.0
                at = f"{site or 'stimulus'}→{bench.recording.channels[i].name}"
                late = 1e3 * wave.latency_s[wave.present & np.isfinite(wave.latency_s)]
                rows += [
                    Row(f"{name}_share", answered, "1", wave.present.size, "stimuli answered", AUGER, at=at, needs=3),
                    Row(f"{name}_latency", median(late), "ms", late.size, "median", ESTEBAN, at=at, needs=3),
                ]
    return rows


def _synkinesis(answers: Sequence[Row], ids: tuple[str, ...], p: HemifacialSpasmParameters) -> Finding:
    """Ask whether a muscle of the mouth answers the supraorbital nerve."""
    lower = [
        row for row in answers
        if row.name in ("r1_share", "r2_share") and any(word in row.at.lower() for word in ("oris", "mentalis"))
    ]  # fmt: skip
    known = tuple(f"hemifacial-spasm.{row.name}@{row.at}" for row in lower)
    best = max(lower, key=lambda row: row.value, default=None)
    if best is None:
        rule = "hemifacial-spasm: synkinesis not assessed: no muscle of the mouth beside the supraorbital stimulus"
        return Finding(_SYNKINESIS, State.NOT_ASSESSED, "hemifacial-spasm", (), rule, AUGER)
    present = best.value >= p.answer_share
    state = State.PRESENT if present else State.EXCLUDED
    rule = f"hemifacial-spasm: synkinesis {state}: {best.at.split('→')[-1]} answers {best.value:.0%} of the stimuli"
    return Finding(_SYNKINESIS, state, "hemifacial-spasm", tuple(i for i in known if i in ids), rule, AUGER)


PHENOMENON = HemifacialSpasm(HemifacialSpasmParameters())
