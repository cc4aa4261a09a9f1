"""Tics: bursts and their patterns; a name only with an urge and with suppression that the recording shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import jerks, tonic
from involuntary.detect.bench import Bench
from involuntary.detect.marks import marks, spans
from involuntary.model import (
    ChannelKind,
    Events,
    Finding,
    Intervals,
    LikelihoodRatio,
    Recording,
    Reference,
    State,
    Term,
)
from involuntary.phenomena._counts import fewer, per_min, rate_interval, share
from involuntary.phenomena._jerk import readiness
from involuntary.phenomena._jerk.events import JerkParameters, Jerks, Looked, grouped, look
from involuntary.phenomena._rows import CHOICE, Row, measured, median, median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Tic", "TicParameters"]

Floats = NDArray[np.float64]

DURATIONS = Reference(
    "doi:10.5334/tohm.533", "McGurrin et al. 2020, Tremor Other Hyperkinet Mov", "50 to 200 ms; sustained above 300 ms"
)
CRITERIA = Reference(
    "doi:10.1016/j.cnp.2016.04.001",
    "Panyakaew et al. 2016, Clin Neurophysiol Pract",
    "premonitory urge, suppressibility and an isolated late readiness potential",
)
_JUDGED = LikelihoodRatio(5.0, Reference("expert-judgement", "urge and suppressibility are what tells a tic apart"))
_TERM = Term("HP:0100033", "Tics")
_MARKS = {"urge": ("urge", "premonitory urge"), "suppress": ("suppress", "suppression", "hold back", "held back"),
          "free": ("free", "release", "rest", "stop suppress")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicParameters(JerkParameters):
    """What is called a tic; engineering choices unless a source is named.

    Attributes
    ----------
    urge : bool
        Whether the person told an urge before the movements (otherwise marks *urge* are counted).
    suppressible : bool
        Whether the person told that they can be held back (otherwise it is measured in times marked *suppress*).
    urge_s : float
        An urge is marked within this time before the movement.
    urge_share : float
        Of the movements outside suppression, so many have one.
    fewest_n : int
        Movements below which nothing is named.
    clonic_min_ms, clonic_max_ms, sustained_ms : float
        Lengths of clonic and of sustained tics (McGurrin 2020).
    eeg_fewest_n : int
        Movements below which no EEG is averaged.
    late_s : float
        A readiness potential that begins at most so long before the movement is a late one.
    chance_fraction : float
        Of a cluster in the EEG.
    """

    urge: bool = False
    suppressible: bool = False
    urge_s: float = 5.0
    urge_share: float = 0.5
    fewest_n: int = 10
    clonic_min_ms: float = 50.0
    clonic_max_ms: float = 200.0
    sustained_ms: float = 300.0
    eeg_fewest_n: int = 20
    late_s: float = 0.8
    chance_fraction: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What marks and bursts say together about urge and suppression; not-a-number where it was not asked."""

    urge_share: float
    held_n: int
    held_s: float
    free_n: int
    free_s: float

    @property
    def suppressed(self) -> bool:
        return fewer(self.held_n, self.held_s, self.free_n, self.free_s)


class Tic(Phenomenon[TicParameters]):
    """Tics by surface EMG, with marks of urge and suppression; with EEG the potential before them."""

    id = "tic"
    name = "Tic"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (DURATIONS, CRITERIA, readiness.SALM)
    swept = (jerks.JerkRule(), tonic.TonicRule())

    def concerns(self, recording: Recording) -> bool:
        """Say whether an urge or a time of holding back is marked."""
        return any(mark.name in ("urge", "suppress") for mark in marks(recording, _MARKS))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: TicParameters) -> Measured:
        """Find the bursts, join them to movements, and set them beside what the person told."""
        p = parameters
        looked = [look(bench, channel, p, {}) for channel in channels]
        usable = Intervals.union_of([pair for one in looked for pair in one.usable])
        if not usable.total_s:
            return self._not_assessed("tic: not assessed: no usable time")
        found = grouped(looked, p)
        told = _told(bench.recording, found, usable, p)
        rows = [*_rows(looked, found, told, usable.total_s, p), *_cortex(bench, found, p)]
        measurements = measured(self.id, rows, usable.total_s)
        state, why = _decide(found, told, p)
        here = state is State.PRESENT
        because = tuple(m.id for m in measurements if m.id in {f"{self.id}.{n}" for n in ("urge_share", "suppression")})
        finding = Finding(
            _TERM, state, self.id, because if here else (), f"tic: {why}", CRITERIA, _JUDGED if here else None
        )
        events = Events.merged("burst", [one.bursts for one in looked]) if here else Events.none("burst")
        return Measured((events,) if len(events) else (), measurements, (finding,), (finding.rule,))


def _told(recording: Recording, found: Jerks, usable: Intervals, p: TicParameters) -> _Told:
    noted = marks(recording, _MARKS)
    held = spans([m for m in noted if m.name != "urge"], "suppress", recording.duration_s).intersection(usable)
    inside = held.contains(found.onset_s)
    urges = np.array([m.onset_s for m in noted if m.name == "urge"])
    free = found.onset_s[~inside]
    last = np.searchsorted(urges, free, side="right") - 1
    felt = (last >= 0) & (free - urges[np.maximum(last, 0)] <= p.urge_s) if urges.size else np.zeros(free.size, bool)
    asked = share(int(felt.sum()), free.size) if urges.size else float("nan")
    held_n = int(inside.sum())
    return _Told(asked, held_n, held.total_s, free.size, usable.total_s - held.total_s)


def _rows(looked: Sequence[Looked], found: Jerks, told: _Told, time_s: float, p: TicParameters) -> Iterator[Row]:
    n = len(found)
    length = np.concatenate([np.empty(0), *(one.bursts.duration_s for one in looked)])
    yield Row("rate", per_min(told.free_n, told.free_s), "1/min", told.free_n, "movements while nothing is held back",
              CHOICE, rate_interval(told.free_n, told.free_s) if told.free_s else None, needs=0)  # fmt: skip
    yield Row("burst_duration", 1e3 * median(length), "ms", length.size, "median of all muscles", DURATIONS,
              _in_ms(median_interval(length)))  # fmt: skip
    clonic = (1e3 * length >= p.clonic_min_ms) & (1e3 * length <= p.clonic_max_ms)
    within = f"bursts of {p.clonic_min_ms:g} to {p.clonic_max_ms:g} ms"
    yield Row("clonic_share", share(int(clonic.sum()), length.size), "1", length.size, within, DURATIONS)
    longer = f"bursts above {p.sustained_ms:g} ms"
    sustained = int(np.count_nonzero(1e3 * length > p.sustained_ms))
    yield Row("sustained_share", share(sustained, length.size), "1", length.size, longer, DURATIONS)
    patterns = Counter(_pattern(found, i) for i in range(n))
    top = patterns.most_common(3)
    yield Row("pattern_share", share(sum(k for _, k in top), n), "1", n,
              "movements of the three commonest sets of muscles, each in its order", CHOICE,
              quality="; ".join(f"{' then '.join(which)}: {k}" for which, k in top) or "good")  # fmt: skip
    yield Row("urge_share", told.urge_share, "1", told.free_n,
              f"movements with an urge marked in the {p.urge_s:g} s before", CRITERIA, needs=1,
              why="no urge is marked" if np.isnan(told.urge_share) else "")  # fmt: skip
    rate, held = share(told.free_n, told.free_s), share(told.held_n, told.held_s)
    yield Row("suppression", 100 * (1 - share(held, rate)), "%", told.held_n + told.free_n,
              "fall of the rate in times marked as holding back", CRITERIA, needs=1,
              why="" if told.held_s else "no time of holding back is marked")  # fmt: skip


def _in_ms(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if interval is None else (1e3 * interval[0], 1e3 * interval[1])


def _pattern(found: Jerks, row: int) -> tuple[str, ...]:
    """Give the muscles of a movement in the order in which they began."""
    delay = found.delay_s[row]
    return tuple(found.muscles[i] for i in np.argsort(delay, kind="stable") if np.isfinite(delay[i]))


def _cortex(bench: Bench, found: Jerks, p: TicParameters) -> Iterator[Row]:
    """Give the readiness potential, and whether it is a late one alone."""
    eeg = bench.recording.channels_of(ChannelKind.EEG)
    if not eeg or len(found) < p.eeg_fewest_n:
        return
    prepared = readiness.find(bench.recording, eeg, found.onset_s, p.eeg_fewest_n)
    if prepared is None:
        return
    yield from readiness.rows(prepared, p.chance_fraction)
    if prepared.potential is not None and prepared.potential.p <= p.chance_fraction:
        late = -prepared.onset_s <= p.late_s
        yield Row("late_readiness", float(late), "1", prepared.n,
                  f"1: begins at most {p.late_s:g} s before the movement", CRITERIA, at=prepared.channel)  # fmt: skip


def _decide(found: Jerks, told: _Told, p: TicParameters) -> tuple[State, str]:
    n = len(found)
    if n < p.fewest_n:
        return State.NOT_ASSESSED, f"not assessed: {n} movements, {p.fewest_n} are needed"
    urge = p.urge or told.urge_share >= p.urge_share
    held = p.suppressible or (told.held_s > 0 and told.suppressed)
    missing = [
        what for what, there in (("an urge before them", urge), ("that they can be held back", held)) if not there
    ]
    if missing:
        why = f"not assessed: {n} movements; {' and '.join(missing)} is not told or shown, and EMG alone names no tic"
        return State.NOT_ASSESSED, why
    said = "told" if p.urge else f"marked before {told.urge_share:.0%}"
    shown = (
        "told"
        if p.suppressible
        else f"{told.held_n} in {told.held_s:.0f} s held back, {told.free_n} in {told.free_s:.0f} s"
    )
    return State.PRESENT, f"present: {n} movements with an urge ({said}) that can be held back ({shown})"


PHENOMENON = Tic(TicParameters())
