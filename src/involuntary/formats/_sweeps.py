"""A table of sweeps: a column of time from the stimulus, and a column a sweep headed by its strength or number."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._table import Column, is_time, time_scale
from involuntary.formats.base import ReadOptions
from involuntary.formats.clock import measure_clock
from involuntary.formats.kinds import Stated, identify
from involuntary.model import Channel, Intervals, Recording
from involuntary.model.recording import Annotation, ArraySource

__all__ = ["is_sweeps", "recording_of_sweeps"]

_LEVEL = re.compile(r"[-+]?\d+(\.\d+)?\s*(mA|uA|µA|A|V|%)?")
_NAME = "response"
# Apart from each other, so that no sweep counts as conditioned by the one before it.
_APART_S = 10.0


def is_sweeps(names: Sequence[str]) -> bool:
    """Say whether columns are sweeps: the first holds time, and the header of each other one is a number."""
    return len(names) > 1 and is_time(names[0]) and all(_LEVEL.fullmatch(name) for name in names[1:])


def recording_of_sweeps(
    file: str, format_id: str, names: Sequence[str], table: NDArray[np.float64], options: ReadOptions
) -> Recording:
    """Make a recording with one stretch and one mark ``stimulus`` a sweep.

    Parameters
    ----------
    file, format_id : str
        For messages and the result.
    names : sequence of str
        Header of the columns.
    table : ndarray, shape (n, 1 + k)
        Time in the first column, 0 at the stimulus.
    options : ReadOptions
        ``interval_s`` says how far apart the sweeps were, kind and unit what the channel ``response`` recorded.

    Raises
    ------
    RecordingError
        If the steps of time are uneven, the sweeps would overlap, or kind or unit are not stated.
    """
    scale, notes = time_scale(file, names[0], Column(table[:, 0]))
    clock = measure_clock(table[:, 0], scale, file, options.resampling)
    length = table.shape[0] / clock.rate_hz
    if not clock.even or len(clock.stretches) > 1:
        raise RecordingError(file, "the time of sweeps must have even steps", "", "export them on one clock")
    apart = _APART_S + length if options.interval_s is None else options.interval_s
    if apart < length:
        raise RecordingError(file, f"sweeps of {length:g} s must not overlap", f"interval_s of {apart:g} s")
    (identity,), unknown = identify(file, [Stated(_NAME)], options)
    k = table.shape[1] - 1
    starts = apart * np.arange(k)
    said = (
        (f"the file does not say how far apart its {k} sweeps were; put {apart:g} s apart (--set interval_s=…)",)
        if options.interval_s is None
        else ()
    )
    n = table.shape[0] * k
    samples = np.ascontiguousarray(table[:, 1:].T * identity.scale).ravel()
    stimulus = starts - scale * table[0, 0]
    marks = (Annotation(float(t), 0.0, f"stimulus {name}") for t, name in zip(stimulus, names[1:], strict=True))
    return Recording(
        format_id,
        (Channel(_NAME, identity.kind, identity.unit, clock.rate_hz, n, identity.recorded_unit),),
        ArraySource((samples,)),
        Intervals(starts, starts + length),
        tuple(marks),
        (*notes, *clock.notes, *said, *unknown),
    )
