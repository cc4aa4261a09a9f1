"""What a file of `cases` gives, and how it is scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from involuntary.model import Events, Intervals, Observation, Recording, State
from involuntary.testing.scoring import paired, rate_interval, share_interval

SEEDS = (1, 2, 3, 4, 5)
Floats = NDArray[np.float64]
Value = tuple[float, float, float]  # with its 95 % interval


@dataclass(frozen=True, slots=True)
class Case:
    """One simulated recording: what is true, and when neither truth nor result counts (such as willed contractions)."""

    recording: Recording
    truth: Events
    ignored: Intervals = field(default_factory=Intervals.empty)


@dataclass(frozen=True, slots=True)
class Figure:
    """One more figure beside those of events: a measured value against truth, with what is asked of it."""

    what: str
    value: float
    interval: tuple[float, float]
    n: int
    asked: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """A file of `cases` has one of these, as ``VALIDATION``.

    Attributes
    ----------
    phenomenon : str
        Its id; nothing else is observed.
    kind : str
        Of the events that are scored; empty where only the finding is.
    levels : tuple of str
        Three, from the least to the most noise, as the table names them.
    make : callable
        Level and seed to a case.
    tolerance_s : float
        Events match whose onsets lie this close.
    asked : str
        What was promised.
    published : tuple of str
        The best known method and its figures in people, with source, one a line.
    muscles : tuple of str
        Channels that the negatives need.
    figures : callable, optional
        All cases with what was observed to more figures.
    motion : bool
        Whether it is read from motion sensors, and the negatives hold such.
    """

    phenomenon: str
    kind: str
    levels: tuple[str, ...]
    make: Callable[[str, int], Case]
    tolerance_s: float
    asked: str
    published: tuple[str, ...]
    muscles: tuple[str, ...] = ("EMG 1",)
    figures: Callable[[Sequence[tuple[Case, Observation]]], Sequence[Figure]] | None = None
    motion: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """One row: recordings of one level."""

    signal: str
    recordings: int
    hours: float
    named: int
    true: int
    found: int
    sensitivity: Value
    precision: Value
    onset_ms: Value
    end_ms: Value
    false_per_hour: Value


@dataclass(frozen=True, slots=True)
class Negative:
    """One row: recordings that hold nothing of it; `why` is what the tool said of the first."""

    signal: str
    recordings: int
    hours: float
    named: int
    false: int
    false_per_hour: Value
    why: str


def found_events(observation: Observation, kind: str) -> Events:
    """Give the events of a kind, whatever the channel."""
    return Events.merged(kind, [events for events in observation.events if events.kind == kind])


def is_named(observation: Observation, phenomenon: str) -> bool:
    """Whether the phenomenon was called present."""
    return any(f.phenomenon == phenomenon and f.state is State.PRESENT for f in observation.findings)


def counted(case: Case, events: Events) -> Events:
    """Leave out what begins where nothing counts."""
    return events[~case.ignored.contains(events.onset_s)] if len(case.ignored) else events


def score(validation: Validation, signal: str, seen: Sequence[tuple[Case, Observation]]) -> Scored:
    """Score the recordings of one level together."""
    hours = sum(case.recording.duration_s - case.ignored.total_s for case, _ in seen) / 3600
    named = sum(is_named(observation, validation.phenomenon) for _, observation in seen)
    onset, end, matched, missed, false = [np.empty(0)], [np.empty(0)], 0, 0, 0
    for case, observation in seen if validation.kind else ():
        # What was found is matched before anything is left out: a match at the edge of what does not count is none.
        true, found = case.truth, found_events(observation, validation.kind)
        rows = paired(true.onset_s, found.onset_s, validation.tolerance_s)
        lonely = np.setdiff1d(np.arange(len(found)), rows[:, 1])
        rows = rows[~case.ignored.contains(true.onset_s[rows[:, 0]])]
        matched += len(rows)
        missed += len(counted(case, true)) - len(rows)
        false += len(counted(case, found[lonely]))
        onset.append(np.abs(true.onset_s[rows[:, 0]] - found.onset_s[rows[:, 1]]))
        end.append(np.abs(true.stop_s[rows[:, 0]] - found.stop_s[rows[:, 1]]))
    return Scored(
        signal, len(seen), hours, named, matched + missed, matched + false,
        share(matched, matched + missed), share(matched, matched + false),
        median(1000 * np.concatenate(onset)), median(1000 * np.concatenate(end)),
        (false / hours, *rate_interval(false, hours)),
    )  # fmt: skip


def score_negative(validation: Validation, signal: str, seen: Sequence[tuple[Recording, Observation]]) -> Negative:
    """Count what was called where nothing is: events of recordings that were named, or these where it has no events."""
    hours = sum(recording.duration_s for recording, _ in seen) / 3600
    named = sum(is_named(observation, validation.phenomenon) for _, observation in seen)
    calling = [o for _, o in seen if is_named(o, validation.phenomenon)]
    false = sum(len(found_events(o, validation.kind)) for o in calling) if validation.kind else named
    rules = [f.rule for f in seen[0][1].findings if f.phenomenon == validation.phenomenon]
    return Negative(
        signal, len(seen), hours, named, false, (false / hours, *rate_interval(false, hours)), "; ".join(rules)
    )


def share(part: int, whole: int) -> Value:
    """Give a share with Wilson's interval."""
    return (part / whole if whole else float("nan"), *share_interval(part, whole))


def median(values: Floats) -> Value:
    """Give a median with its interval by the percentile bootstrap, 2,000 draws."""
    return statistic(values, np.median)


def statistic(values: Floats, of: Callable[..., Floats]) -> Value:
    """Give any statistic of rows with its interval by the percentile bootstrap; of fewer than three, none."""
    if len(values) < 3:
        return (float(of(values)), float("nan"), float("nan")) if len(values) else (float("nan"),) * 3
    rows = np.arange(len(values))
    drawn = bootstrap(
        (rows,), lambda i: of(values[i]), n_resamples=2000, method="percentile", vectorized=False, rng=0
    ).confidence_interval
    return float(of(values)), float(drawn.low), float(drawn.high)
