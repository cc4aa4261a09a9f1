"""Jitter of a needle study: pairs of every site, their mean, and how many lie beyond the limit of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect import stimuli
from involuntary.detect.spike_pairs import Pair, PairRule, after_stimuli, between_spikes
from involuntary.errors import ParameterError, nearest
from involuntary.model import (
    ChannelKind,
    Events,
    Finding,
    LikelihoodRatio,
    Measurement,
    Recording,
    Reference,
    State,
    Term,
)
from involuntary.norms import Norm, Norms, Person, norms
from involuntary.phenomena._evoked import Desk, named

__all__ = ["GUIDELINE", "Study", "check_electrode", "drawn", "judge", "needles", "sites", "study", "written"]

GUIDELINE = Reference(
    "title:Guidelines for single fiber EMG",
    "Sanders DB, Arimura K, Cui L, et al. Guidelines for single fiber EMG. Clin Neurophysiol 2019;130:1417-1439",
    "MCD, MSD, blocking",
)
TERM = Term("HP:0030205", "Increased jitter at single fiber EMG")
_WHOLE_STUDY_N = 20
_ELECTRODES = ("concentric", "single-fibre")
# Below this rate a spike has too few samples to be timed to a few microseconds.
_SLOWEST_HZ = 8000.0
_WORDS = ("jitter", "sfemg", "single fibre", "single fiber")


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """The pairs of one needle channel, and what they are held against."""

    channel: str
    pairs: tuple[Pair, ...]
    muscle: str
    electrode: str
    activation: str
    time_s: float
    rate_hz: float


def needles(recording: Recording, *, asked: bool = False) -> tuple[int, ...]:
    """Give the needle channels of a jitter study: the marks or the channel say so, stimuli are marked, or one asks."""
    channels = recording.channels_of(ChannelKind.NEEDLE_EMG)
    marked = asked or any(_of_jitter(mark.text) for mark in recording.annotations) or len(stimuli.marked(recording)) > 0
    return tuple(i for i in channels if marked or _of_jitter(recording.channels[i].name))


def _of_jitter(text: str) -> bool:
    return any(word in text.lower() for word in _WORDS)


def check_electrode(owner: str, electrode: str, table: Norms) -> None:
    """Refuse a needle that is none.

    Raises
    ------
    ParameterError
        If the electrode is stated and neither of the needles, nor one of the table's.
    """
    known = sorted({*_ELECTRODES, *table.values("jitter", "electrode")})
    if electrode and electrode not in known:
        raise ParameterError(
            f"{owner}.electrode", f"must be one of {', '.join(known)}{nearest(electrode, known)}", repr(electrode)
        )


def sites(recording: Recording) -> list[tuple[float, float]]:
    """Give the stretches between marks such as ``"jitter site 3"``; the whole recording without any."""
    end = float(recording.segments.stop_s[-1]) if len(recording.segments) else 0.0
    marks = sorted(mark.onset_s for mark in recording.annotations if _of_jitter(mark.text)) or [0.0]
    return [(a, b) for a, b in zip(marks, [*marks[1:], end], strict=True) if b > a]


def study(recording: Recording, channel: int, table: Norms, muscle: str, electrode: str, rule: PairRule) -> Study:
    """Find the pairs of every site of one needle channel."""
    meta = recording.channels[channel]
    given = stimuli.marked(recording)
    pairs: list[Pair] = []
    stimulated = len(given) > 0
    for start, stop in sites(recording) if meta.rate_hz >= _SLOWEST_HZ else ():
        if stimulated:
            here = given.time_s[(given.time_s >= start) & (given.time_s < stop)]
            pairs += after_stimuli(recording, channel, here, rule)
        else:
            pairs += between_spikes(recording, channel, start, stop, rule)
    name = meta.name.lower()
    return Study(
        meta.name,
        tuple(pairs),
        named(muscle or meta.name, table.values("jitter", "muscle")),
        electrode
        or ("single-fibre" if "single" in name or "sfemg" in name else "concentric" if "conc" in name else ""),
        "stimulated" if stimulated else "voluntary",
        meta.duration_s,
        meta.rate_hz,
    )


def written(one: Study, owner: str) -> list[Measurement]:
    """Give the measurements of a study."""
    desk = Desk(owner, one.channel, one.channel, one.time_s)
    n = len(one.pairs)
    jitters = np.array([pair.jitter_us for pair in one.pairs])
    known = jitters[np.isfinite(jitters)]
    mean, largest = (float(known.mean()), float(known.max())) if known.size else (np.nan, np.nan)
    blocked = np.array([100 * pair.blocked_share for pair in one.pairs])
    drifting = sum(pair.kind == "MSD" for pair in one.pairs)
    few = "good" if n >= 20 else f"{n} of the usual 20 {'fibres' if one.activation == 'stimulated' else 'pairs'}"
    method = (
        f"mean over pairs of the mean consecutive difference ({drifting} by mean sorted difference), noise subtracted"
    )
    return [
        desk.write("jitter_mean", mean, "µs", n, method, GUIDELINE, quality=few),
        desk.write("jitter_largest", largest, "µs", n, "of one pair", GUIDELINE, quality=few),
        desk.write("blocking", float(blocked.mean()) if n else np.nan, "%", n,
                   "mean over pairs of discharges without the second potential", GUIDELINE, quality=few),
        desk.write("blocking_pairs", 100 * float(np.mean(blocked > 0)) if n else np.nan, "%", n,
                   "pairs in which any discharge was blocked", GUIDELINE, quality=few),
        *(
            desk.write(f"jitter_{i + 1}", pair.jitter_us, "µs", pair.n,
                       f"{pair.kind}, {100 * pair.blocked_share:.3g} % blocked, {1e3 * pair.distance_s:.2f} ms apart,"
                       f" noise of {pair.noise_us:.2g} µs subtracted", GUIDELINE,
                       quality="good" if pair.n >= 50 else f"{pair.n} of the usual 50 discharges")
            for i, pair in enumerate(one.pairs)
        ),
    ]  # fmt: skip


def drawn(one: Study, table: Norms, person: Person, band: str) -> Events:
    """Give every discharge of every pair, with its interval and the strictest limit of a pair that holds."""
    limits = [row.limit_for(person) for row in _limits(one, table, person, band)[1]]
    limit = min(limits, default=np.nan)
    parts = [
        Events(
            "potential", (one.channel,) * pair.n, pair.time_s, np.zeros(pair.n),
            {"pair": np.full(pair.n, i + 1.0), "interval_us": 1e6 * pair.interval_s,
             "blocked": pair.blocked.astype(np.float64),
             "limit_us": np.full(pair.n, limit)},
        )
        for i, pair in enumerate(one.pairs)
    ]  # fmt: skip
    return Events.merged("potential", parts)


def _limits(one: Study, table: Norms, person: Person, band: str) -> tuple[tuple[Norm, ...], tuple[Norm, ...]]:
    """Give the limits of the mean and of a single pair."""
    of_mean, of_one = (
        table.find(
            "jitter", f"mcd_{name}", person,
            muscle=one.muscle, electrode=one.electrode, activation=one.activation, filter=band,
        )
        for name in ("mean", "individual")
    )  # fmt: skip
    return of_mean, of_one


def judge(one: Study, owner: str, table: Norms, person: Person, band: str, fewest: int) -> Finding:
    """Hold a study against the limits for its muscle, needle, activation, filter and person, each source by itself."""
    what = {"muscle": one.muscle, "electrode": one.electrode, "activation": one.activation}
    of_mean, of_one = _limits(one, table, person, band)
    said = f"{owner}: {one.channel}:"
    if one.rate_hz < _SLOWEST_HZ:
        why = f"{said} jitter not assessed: sampled at {one.rate_hz:g} Hz, and spikes need {_SLOWEST_HZ:g} Hz or more"
        return Finding(TERM, State.NOT_ASSESSED, owner, (), why)
    if not one.pairs:
        return Finding(TERM, State.NOT_ASSESSED, owner, (), f"{said} jitter not assessed: no fibre pair stands out")
    if bool(of_mean) != bool(of_one):
        unheld = "a single pair (mcd_individual)" if of_mean else "the mean (mcd_mean)"
        return Finding(
            TERM, State.NOT_ASSESSED, owner, (), f"{said} jitter not assessed: the norms have no limit of {unheld}"
        )
    if not of_mean:
        lacking = [name for name, value in what.items() if not value] or [" ".join(what.values())]
        return Finding(
            TERM, State.NOT_ASSESSED, owner, (),
            f"{said} jitter not assessed: limits belong to muscle, needle and activation; not known: "
            f"{', '.join(lacking)} (--set {owner}.muscle=…, {owner}.electrode=concentric or single-fibre, and"
            f" {owner}.age_years=… where they go by age)",
        )  # fmt: skip
    because = tuple(f"{owner}.{name}@{one.channel}" for name in ("jitter_mean", "jitter_largest", "blocking_pairs"))
    n = len(one.pairs)
    beyond, counted = _beyond(one, table, of_mean, of_one, person)
    rule = f"{said} {'; '.join(counted)}"
    # So many beyond the limit of one would be too many of a whole study, whatever the rest.
    outliers = min(sum(not pair.jitter_us <= row.limit_for(person) for pair in one.pairs) for row in of_one)
    if n < fewest and outliers <= _WHOLE_STUDY_N // 10:
        return Finding(
            TERM, State.NOT_ASSESSED, owner, because,
            f"{rule}; not assessed: {n} pairs, the limits are for {fewest} or more", of_mean[0].reference,
        )  # fmt: skip
    state = State.PRESENT if beyond else State.EXCLUDED
    return Finding(TERM, state, owner, because, rule, of_mean[0].reference, _weight(of_mean, beyond=beyond))


def _weight(rows: Sequence[Norm], *, beyond: bool) -> LikelihoodRatio | None:
    known = [row for row in rows if np.isfinite(row.weight(beyond=beyond))]
    return LikelihoodRatio(known[0].weight(beyond=beyond), known[0].reference) if known else None


def _beyond(
    one: Study, table: Norms, of_mean: Sequence[Norm], of_one: Sequence[Norm], person: Person
) -> tuple[bool, list[str]]:
    """Count what lies beyond each limit; a fully blocked pair has no jitter and is beyond."""
    jitters = np.array([pair.jitter_us for pair in one.pairs])
    mean = float(np.nanmean(jitters)) if np.isfinite(jitters).any() else np.inf
    # How many pairs are too many is the test's own, where a laboratory gives limits of pairs alone.
    share_limit, block_limit = (
        (table.find("jitter", name) or norms().find("jitter", name))[0] for name in ("abnormal_pairs", "blocking_pairs")
    )
    blocked = 100 * float(np.mean([pair.blocked_share > 0 for pair in one.pairs]))
    beyond, said = (
        block_limit.abnormal(blocked),
        [f"{blocked:.0f} % of {len(one.pairs)} pairs blocked: {_side(block_limit, blocked, person)}"],
    )
    for row in of_mean:
        beyond |= row.abnormal(mean, person)
        said.append(f"mean {mean:.1f} µs: {_side(row, mean, person)}")
    for row in of_one:
        share = 100 * float(np.mean([row.abnormal(j, person) or not np.isfinite(j) for j in jitters]))
        beyond |= share_limit.abnormal(share)
        said.append(f"{share:.0f} % of pairs beyond {row.limit_for(person):g} µs: {_side(share_limit, share, person)}")
    return beyond, said


def _side(row: Norm, value: float, person: Person) -> str:
    return f"{'beyond' if row.abnormal(value, person) else 'within'} {row.told(person)}"
