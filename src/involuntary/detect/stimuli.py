"""When the nerve, the brain or the skin was stimulated, how strongly and where: from marks, or a stimulus channel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.marks import marks
from involuntary.model import ChannelKind, Intervals, Recording
from involuntary.model.recording import Annotation

__all__ = [
    "KINDS",
    "SOUNDS",
    "Stimuli",
    "efforts",
    "evoked_time",
    "find",
    "from_artefact",
    "marked",
    "runs",
    "trains",
    "unread",
]

Floats = NDArray[np.float64]

# How marks write each kind of stimulus, and an effort between stimuli.
KINDS = {
    "nerve": ("stimulus", "stim", "stimulation", "shock", "rns"),
    "magnetic": ("tms", "magnetic"),
    "blink": ("blink", "supraorbital"),
}
# How marks write a sound that startles, or a tap of the nose.
SOUNDS = (
    "tone", "sound", "startle", "acoustic", "auditory", "startling", "white noise",
    "noise burst", "click", "beep", "loud sound", "nose tap", "tap",
)  # fmt: skip
_EFFORT = ("exercise", "effort", "activation", "tetanus", "contraction", "mvc")
# Words that may stand before these, and those that say that an effort is over.
_BEFORE = {
    "electrical", "electric", "nerve", "peripheral", "repetitive", "single", "paired", "supramaximal", "maximal",
    "maximum", "voluntary", "isometric", "brief", "sustained",
}  # fmt: skip
_OVER, _SINCE = {"end", "stop", "off", "over", "finished"}, {"post", "after"}
_BY_WORD = {word: kind for kind, words in KINDS.items() for word in words}
_AMOUNT = re.compile(
    r"([-+]?\d+(?:\.\d+)?)\s*(mA|µA|uA|A|mV|V|%|mm|cm|m|seconds|second|sec|s|minutes|minute|min|Hz)?(?![\w.])"
)
_SECONDS = dict.fromkeys(("s", "sec", "second", "seconds"), 1.0) | dict.fromkeys(("min", "minute", "minutes"), 60.0)
_COUNT = re.compile(r"(\d+)\s*(?:x\b|stimuli|stims?\b|pulses|shocks|responses)", re.IGNORECASE)
_LENGTH_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_BLOCK = 1 << 18
_SHARP, _SPIKE_S, _ALONE_S = 25.0, 0.002, 0.05
# What a stimulus evokes is no spontaneous activity: up to the end of late responses and of the silent period, and from
# where a zero-phase filter spreads the artefact to (a quarter period of 20 Hz and a little more).
_EVOKED_S = (-0.02, 0.3)
_MOMENT_S = 1e-3
_LONGEST_TEST_S, _CLOCK_SHARE = 7200.0, 0.9
# No stimulator gives two stimuli nearer than this.
_AGAIN_S = 5e-4


@dataclass(frozen=True, slots=True, eq=False)
class Stimuli:
    """Stimuli in order of time.

    Attributes
    ----------
    time_s : ndarray, shape (k,)
        On the recording's clock.
    level : ndarray, shape (k,)
        Strength in `unit`; not-a-number where not stated.
    kind, site : tuple of str, length k
        A key of `KINDS`; where it was given, as the mark says, such as ``"wrist"``.
    distance_m : ndarray, shape (k,)
        From the recording electrode, where the mark states it.
    unit : str
        Of the level; empty where none is stated.
    """

    time_s: Floats
    level: Floats
    kind: tuple[str, ...]
    site: tuple[str, ...]
    distance_m: Floats
    unit: str = ""

    def __len__(self) -> int:
        return int(self.time_s.size)

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Stimuli:
        index = np.arange(len(self))[rows]
        kind, site = (tuple(column[i] for i in index) for column in (self.kind, self.site))
        return Stimuli(self.time_s[index], self.level[index], kind, site, self.distance_m[index], self.unit)

    def groups(self) -> tuple[tuple[str, str, NDArray[np.intp]], ...]:
        """Give (kind, site, rows) of each place that was stimulated, in order of first appearance."""
        keys = list(zip(self.kind, self.site, strict=True))
        return tuple(
            (kind, site, np.array([i for i, key in enumerate(keys) if key == (kind, site)], dtype=np.intp))
            for kind, site in dict.fromkeys(keys)
        )


def find(recording: Recording) -> Stimuli:
    """Give the stimuli of a recording: its marks, or the pulses of its stimulus channel where no mark tells of one.

    Marks begin with a word of `KINDS` and go on with a strength, a site and a distance in any order, such as
    ``"stimulus 12.5 mA wrist"``, ``"stimulus elbow 220 mm"`` or ``"TMS 60 %"``. One mark tells of a whole train where
    it has a rate and a duration or a count: ``"stimulation 3 Hz 10 stimuli"``.
    """
    found = marked(recording)
    if len(found):
        return found
    for channel in recording.channels_of(ChannelKind.STIMULUS):
        found = _pulses(recording, channel)
        if len(found):
            return found
    return found


def unread(recording: Recording) -> str:
    """Say which stimulus channels are passed over where several stand beside each other; empty where none is."""
    channels = [recording.channels[c].name for c in recording.channels_of(ChannelKind.STIMULUS)]
    if len(channels) < 2 or any(_kind(mark) is not None for mark in recording.annotations):
        return ""
    return (
        f"stimuli are read from the first of {', '.join(channels)} that has pulses, and not from the others:"
        " mark all, as in 'stimulus 12 mA wrist', where each matters"
    )


def marked(recording: Recording) -> Stimuli:
    """Give the stimuli that marks tell of."""
    told = [m for m in recording.annotations if _kind(m) is not None]
    marks = _once(sorted((one for m in told for one in _each(m)), key=lambda mark: mark.onset_s))
    rows = [_read(mark.text) for mark in marks]
    units = {unit for _, unit, _, _ in rows if unit}
    return Stimuli(
        np.array([mark.onset_s for mark in marks], dtype=np.float64),
        # Strengths in two units do not compare.
        np.array([level if len(units) < 2 else np.nan for level, _, _, _ in rows], dtype=np.float64),
        tuple(_kind(mark) or "" for mark in marks),
        tuple(site for _, _, site, _ in rows),
        np.array([distance for _, _, _, distance in rows], dtype=np.float64),
        units.pop() if len(units) == 1 else "",
    )


def efforts(recording: Recording) -> Intervals:
    """Give when the person was asked to contract between stimuli.

    Marks such as ``"exercise 10 s"`` or ``"MVC 30 s"``, with their duration or from a start to an end; or, such as
    ``"post-exercise 60 s"``, of what follows an effort that ended so long before.
    """
    spans: list[tuple[float, float]] = []
    for mark in sorted(recording.annotations, key=lambda one: one.onset_s):
        words = _words(mark.text)
        since = bool(words) and words[0] in _SINCE
        if not set(words[since : since + 1]) & set(_EFFORT):
            continue
        stated = [float(n) * _SECONDS[unit] for n, unit in _AMOUNT.findall(mark.text) if unit in _SECONDS]
        if since:
            ended = mark.onset_s - (stated[0] if stated else 0.0)
            spans.append((ended - _MOMENT_S, ended))
        elif _OVER & set(words) and spans:
            spans[-1] = (spans[-1][0], mark.onset_s)
        else:
            length = mark.duration_s or (stated[0] if stated else _MOMENT_S)
            spans.append((mark.onset_s, mark.onset_s + length))
    return Intervals.union_of(spans)


def evoked_time(recording: Recording) -> Intervals:
    """Give the time in which activity answers a stimulus and is not spontaneous."""
    sounds = [mark.onset_s for mark in marks(recording, {"sound": SOUNDS})]
    told = _answered([*marked(recording).time_s.tolist(), *sounds])
    # A test takes no longer; a trigger beside a night or a day is not looked through for every detector.
    pulsed = recording.channels_of(ChannelKind.STIMULUS) if recording.duration_s <= _LONGEST_TEST_S else ()
    for channel in pulsed:
        spans = _answered(_pulses(recording, channel).time_s.tolist())
        # What pulses all the time is the clock of another device.
        told = told.union(spans) if spans.total_s < _CLOCK_SHARE * recording.duration_s else told
    return told


def _answered(time_s: list[float]) -> Intervals:
    before, after = _EVOKED_S
    return Intervals.union_of([(t + before, t + after) for t in time_s])


def from_artefact(recording: Recording, channel: int) -> Stimuli:
    """Give the stimuli of a recording without marks, by the spikes that they leave on a channel.

    A stimulus artefact bends far more sharply than what muscle gives: its second difference exceeds the median one
    25 times (an engineering choice), for at most 2 ms, and 50 ms after the last. Nothing tells its strength or site.
    """
    rate = recording.channels[channel].rate_hz
    found: list[float] = []
    for block in recording.blocks(channel, _BLOCK, max(round(_ALONE_S * rate), 2)):
        bend = np.abs(np.diff(block.samples, 2))
        usual = float(np.median(bend)) if bend.size else 0.0
        if not usual > 0:
            continue
        sharp = np.flatnonzero(bend > _SHARP * usual) + 1
        groups = np.split(sharp, np.flatnonzero(np.diff(sharp) > _SPIKE_S * rate) + 1)
        firsts = [int(g[0]) for g in groups if g.size and g[-1] - g[0] <= _SPIKE_S * rate]
        times = recording.time_s(channel, block.first + np.array(firsts, dtype=np.intp)).tolist()
        for time, first in zip(times, firsts, strict=True):
            if block.start <= first < block.stop and (not found or time - found[-1] > _ALONE_S):
                found.append(time)
    n = len(found)
    return Stimuli(np.array(found), np.full(n, np.nan), ("nerve",) * n, ("",) * n, np.full(n, np.nan))


def runs(time_s: Floats, longest_s: float) -> list[NDArray[np.intp]]:
    """Split stimuli into runs without an interval longer than `longest_s`."""
    if not time_s.size:
        return []
    # A mark is written to a fraction of a millisecond.
    cuts = np.flatnonzero(np.diff(time_s) > longest_s * 1.001) + 1
    edges = [0, *cuts.tolist(), time_s.size]
    return [np.arange(a, b) for a, b in pairwise(edges)]


def trains(given: Stimuli, longest_s: float, fewest: int) -> list[NDArray[np.intp]]:
    """Give the runs of at least `fewest` stimuli of one strength; where the strength changes, it is a curve.

    Numbers without a unit that go up by one from stimulus to stimulus count them, and are no strengths.
    """
    found = [run for run in runs(given.time_s, longest_s) if run.size >= fewest]
    return [run for run in found if _constant(given.level[run]) or (not given.unit and _counts(given.level[run]))]


def _constant(level: Floats) -> bool:
    return np.unique(level[np.isfinite(level)]).size < 2


def _counts(level: Floats) -> bool:
    return bool(np.all(np.diff(level) == 1))


def _words(text: str) -> list[str]:
    """Give the words of a mark from the one that tells its kind on, in lower case."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    since = words[:1] if words[:1] and words[0] in _SINCE else []
    rest = words[len(since) :]
    return since + list(dropwhile(_BEFORE.__contains__, rest))


def _kind(mark: Annotation) -> str | None:
    words = _words(mark.text)
    kind = _BY_WORD.get(words[0]) if words else None
    # A nerve stimulus above the eye tests the blink reflex, wherever in the mark the place stands.
    return "blink" if kind == "nerve" and set(words) & set(KINDS["blink"]) else kind


def _each(mark: Annotation) -> list[Annotation]:
    """Give the stimuli of one mark: one, or a train where it tells a rate, and a duration or a count."""
    rate = next((float(number) for number, unit in _AMOUNT.findall(mark.text) if unit == "Hz"), 0.0)
    count = _COUNT.search(mark.text)
    # Whether a duration ends with the last stimulus or a period later is not told: none is made up.
    n = int(count[1]) if count else max(int(mark.duration_s * rate - 0.25) + 1, 1)
    times = mark.onset_s + np.arange(n) / rate if rate > 0 else [mark.onset_s]
    body = _COUNT.sub(" ", mark.text)
    return [replace(mark, onset_s=float(time), text=body) for time in times]


def _once(marks: list[Annotation]) -> list[Annotation]:
    """Leave out what a second program has marked again: of two marks at one moment the longer tells more."""
    kept: list[Annotation] = []
    for mark in marks:
        again = bool(kept) and mark.onset_s - kept[-1].onset_s < _AGAIN_S and _kind(mark) == _kind(kept[-1])
        if not again:
            kept.append(mark)
        elif len(mark.text) > len(kept[-1].text):
            kept[-1] = mark
    return kept


def _read(text: str) -> tuple[float, str, str, float]:
    """Give level, its unit, site and distance."""
    first = _words(text)[0]
    body = re.split(first, text, maxsplit=1, flags=re.IGNORECASE)[-1].lstrip(" \t:,;/#_")
    level, unit, distance = np.nan, "", np.nan
    for number, name in _AMOUNT.findall(body):
        if name in _LENGTH_MM:
            distance = float(number) * _LENGTH_MM[name] / 1000
        elif name not in _SECONDS and name != "Hz" and np.isnan(level):
            level, unit = float(number), name.replace("u", "µ")
    place = f"{first} {body}" if first == "supraorbital" else body
    site = " ".join(re.sub(_AMOUNT, " ", place).replace(",", " ").split()).lower()
    return level, unit, site, distance


def _pulses(recording: Recording, channel: int) -> Stimuli:
    """Read rising flanks; where pulses differ in height, that is their strength."""
    meta = recording.channels[channel]
    lowest, highest = _extremes(recording, channel)
    if not highest > lowest:
        return _none()
    half = (lowest + highest) / 2 if meta.calibrated else lowest
    rises: list[int] = []
    heights: list[float] = []
    for block in recording.blocks(channel, _BLOCK, max(round(0.01 * meta.rate_hz), 2)):
        level = block.samples - lowest
        smallest = 0.02 * (highest - lowest) if meta.calibrated else half - lowest
        up = np.flatnonzero((level[1:] > smallest) & (level[:-1] <= smallest)) + 1
        for at in up[(up >= block.start) & (up < block.stop)].tolist():
            rises.append(block.first + at)
            heights.append(float(level[at : at + max(round(0.001 * meta.rate_hz), 2)].max()))
    same = meta.unit == "count" or (bool(heights) and np.ptp(heights) < 0.02 * max(heights))
    n = len(rises)
    return Stimuli(
        recording.time_s(channel, np.array(rises, dtype=np.intp)),
        np.full(n, np.nan) if same else np.array(heights),
        ("nerve",) * n,
        ("",) * n,
        np.full(n, np.nan),
        "" if same else meta.unit,
    )


def _extremes(recording: Recording, channel: int) -> tuple[float, float]:
    ends = [(float(b.samples.min()), float(b.samples.max())) for b in recording.blocks(channel, _BLOCK)]
    return min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=0.0)


def _none(names: Sequence[str] = ()) -> Stimuli:
    return Stimuli(np.empty(0), np.empty(0), tuple(names), (), np.empty(0))
