"""Limb movements counted by rule: which are candidates, which are of both sides, and which make a periodic series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["AASM", "WASM", "Movements", "Rule", "combined", "periodic", "respiratory"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_TINY_S = 1e-9  # a limit that is met exactly is met, whatever the last bit of a sum of times


@dataclass(frozen=True, slots=True)
class Rule:
    """A set of rules, as its source states it.

    Attributes
    ----------
    shortest_s, longest_s, bilateral_longest_s : float
        Length of a candidate on one side, and of one of both sides.
    interval_min_s, interval_max_s : float
        From onset to onset within a series.
    series_n : int
        Candidates that make a series.
    joined_s : float
        Movements of two sides are one where so little lies between them.
    by_onset : bool
        Whether that is counted from onset to onset (AASM), or from the end of one to the onset of the next (WASM).
    short_ends : bool
        Whether an interval that is too short, or a movement that is no candidate, ends a series (WASM), or is passed
        over (AASM).
    before_end_s, after_end_s : float
        What overlaps this window around the end of a respiratory event belongs to it.
    """

    shortest_s: float
    longest_s: float
    bilateral_longest_s: float
    interval_min_s: float
    interval_max_s: float
    series_n: int
    joined_s: float
    by_onset: bool
    short_ends: bool
    before_end_s: float
    after_end_s: float


WASM = Rule(0.5, 10.0, 15.0, 10.0, 90.0, 4, 0.5, by_onset=False, short_ends=True, before_end_s=2.0, after_end_s=10.25)
AASM = Rule(0.5, 10.0, 10.0, 5.0, 90.0, 4, 5.0, by_onset=True, short_ends=False, before_end_s=0.5, after_end_s=0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Movements:
    """Movements of both sides in order of onset.

    Attributes
    ----------
    onset_s, stop_s : ndarray, shape (n,)
        Seconds.
    bilateral : ndarray of bool, shape (n,)
        Whether both sides moved.
    candidate : ndarray of bool, shape (n,)
        Whether its length is that of a candidate.
    """

    onset_s: Floats
    stop_s: Floats
    bilateral: Mask
    candidate: Mask

    def __len__(self) -> int:
        return int(self.onset_s.size)

    def __getitem__(self, rows: Mask) -> Movements:
        return Movements(self.onset_s[rows], self.stop_s[rows], self.bilateral[rows], self.candidate[rows])


def combined(onset_s: Floats, duration_s: Floats, side: NDArray[np.intp], rule: Rule) -> Movements:
    """Join movements of different sides that are one, and tell which are candidates.

    Parameters
    ----------
    onset_s, duration_s : ndarray, shape (n,)
        Of every movement of every limb.
    side : ndarray of int, shape (n,)
        Which limb; those of one limb are never joined with each other alone.
    rule : Rule
        When two sides are one, and how long a candidate is.
    """
    order = np.argsort(onset_s, kind="stable")
    groups: list[list[int]] = []
    for i in order.tolist():
        if groups and _belongs(groups[-1], i, onset_s, duration_s, side, rule):
            groups[-1].append(i)
        else:
            groups.append([i])
    onset = np.array([onset_s[g[0]] for g in groups], dtype=np.float64)
    stop = np.array([np.max(onset_s[g] + duration_s[g]) for g in groups], dtype=np.float64)
    both = np.array([len(set(side[g].tolist())) > 1 for g in groups], dtype=np.bool_)
    own = [_length(g, duration_s, rule) for g in groups]
    length = stop - onset
    longest = np.where(both, rule.bilateral_longest_s, rule.longest_s)
    # Each movement of one side within it keeps the limits of one side.
    single = np.array(own, dtype=np.bool_) if own else np.zeros(0, dtype=np.bool_)
    fits = (length >= rule.shortest_s - _TINY_S) & (length <= longest + _TINY_S) & single
    return Movements(onset, stop, both, fits)


def _belongs(group: list[int], i: int, onset_s: Floats, duration_s: Floats, side: NDArray[np.intp], rule: Rule) -> bool:
    """Tell whether a movement goes on with a group: of another side than all, or of both, and near enough."""
    if rule.by_onset:
        near = onset_s[i] - onset_s[group[0]] < rule.joined_s - _TINY_S
        return bool(near and side[i] not in side[group])
    others = [j for j in group if side[j] != side[i]]
    return any(onset_s[i] - (onset_s[j] + duration_s[j]) < rule.joined_s - _TINY_S for j in others)


def _length(group: list[int], duration_s: Floats, rule: Rule) -> bool:
    own = duration_s[group]
    return bool(np.all((own >= rule.shortest_s - _TINY_S) & (own <= rule.longest_s + _TINY_S)) and len(group) <= 4)


def respiratory(movements: Movements, start_s: Floats, stop_s: Floats, rule: Rule) -> Mask:
    """Mark movements that belong to a respiratory event: they overlap the window around its end.

    By the AASM that window begins before the event itself does.
    """
    found = np.zeros(len(movements), dtype=np.bool_)
    for begin, end in zip(start_s.tolist(), stop_s.tolist(), strict=True):
        low = begin - rule.before_end_s if rule.by_onset else end - rule.before_end_s
        high = end + rule.after_end_s
        found |= (movements.stop_s >= low - _TINY_S) & (movements.onset_s <= high + _TINY_S)
    return found


def periodic(movements: Movements, rule: Rule) -> tuple[Mask, list[NDArray[np.intp]]]:
    """Find the series.

    Returns
    -------
    within : ndarray of bool, shape (n,)
        Candidates that are in a series.
    series : list of ndarray of int
        The rows of each.
    """
    runs: list[list[int]] = [[]]
    for i in range(len(movements)):
        last = runs[-1]
        if not movements.candidate[i]:
            if rule.short_ends:
                runs.append([])
            continue
        interval = movements.onset_s[i] - movements.onset_s[last[-1]] if last else np.inf
        if last and interval < rule.interval_min_s - _TINY_S:
            if rule.short_ends:
                runs.append([i])
        elif last and interval <= rule.interval_max_s + _TINY_S:
            last.append(i)
        else:
            runs.append([i])
    series = [np.array(run, dtype=np.intp) for run in runs if len(run) >= rule.series_n]
    within = np.zeros(len(movements), dtype=np.bool_)
    for run in series:
        within[run] = True
    return within, series
