"""Potentials of many phases made whole: a detector that looks at ten milliseconds gives their parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from involuntary.model import Events

__all__ = ["whole"]

_SUMMED = ("area_uv_ms", "area_count_ms", "phases", "turns")


def whole(found: Events, part_s: float, pause_s: float) -> Events:
    """Join potentials of a channel that follow each other so closely; the larger gives size and time.

    Parameters
    ----------
    found : Events
        In order, with ``peak_s`` and ``snr``.
    part_s : float
        From peak to peak at most.
    pause_s : float
        From the end of one to the onset of the next at most.
    """
    peak = found.features["peak_s"]
    apart = (np.diff(peak) > part_s) | (found.onset_s[1:] - found.stop_s[:-1] > pause_s)
    if not len(found) or np.all(apart):
        return found
    first = np.flatnonzero(np.concatenate([[True], apart]))
    group = np.concatenate([[0], np.cumsum(apart)])
    # Sorted by size within each, the largest comes last.
    order = np.lexsort([found.features["snr"], group])
    largest = order[np.append(first[1:], len(found)) - 1]
    joined = found[largest]
    onset = found.onset_s[first]
    features = {name: np.add.reduceat(found.features[name], first) for name in _SUMMED if name in found.features}
    stop = np.maximum.reduceat(found.stop_s, first)
    return replace(joined, onset_s=onset, duration_s=stop - onset).with_features(**features)
