"""A table of numbers, one column a channel and perhaps one of time, as a recording: text and Parquet share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, UnitError, printable
from involuntary.formats.base import ReadOptions
from involuntary.formats.clock import measure_clock
from involuntary.formats.kinds import Identity, Stated, identify
from involuntary.model import Channel, Recording
from involuntary.units import Dimension, parse_unit

__all__ = ["Column", "is_time", "recording_of", "split_unit", "time_scale"]

Floats = NDArray[np.float64]

_BRACKETED = re.compile(r"(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]\s*")
_TIME = re.compile(r"(time|t|timestamps?|seconds?|elapsed|zeit)", re.IGNORECASE)
# After an underscore these are more often a side, a group or an index than a unit.
_NO_SUFFIX = frozenset({"A", "G", "au", "bit"})
# A step of time without a unit that is longer than this is hardly meant in seconds.
_LONGEST_STEP_S = 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """One column of finite numbers; its unit and kind where the file states them apart from its name."""

    values: Floats
    unit: str = ""
    hint: str = ""


def split_unit(name: str) -> tuple[str, str]:
    """Take the unit off a column's name.

    Examples
    --------
    >>> split_unit("EMG (mV)"), split_unit("x_m_s2"), split_unit("left_leg")
    (('EMG', 'mV'), ('x', 'm_s2'), ('left_leg', ''))
    """
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed:
        return bracketed["name"], bracketed["unit"].strip()
    parts = name.split("_")
    for cut in range(1, len(parts)):
        suffix = "_".join(parts[cut:])
        if suffix not in _NO_SUFFIX and _is_unit(suffix):
            return "_".join(parts[:cut]), suffix
    return name, ""


def _is_unit(text: str) -> bool:
    try:
        return parse_unit(text).dimension is not Dimension.CURRENT
    except UnitError:
        return False


def recording_of(file: str, format_id: str, columns: Mapping[str, Column], options: ReadOptions) -> Recording:
    """Make a recording of columns of one length.

    Raises
    ------
    RecordingError
        If neither a time column nor the user gives a rate, time does not rise, or a kind or unit is not known.
    """
    time = next((name for name in columns if is_time(name)), None)
    if options.rate_hz is None and time is None:
        raise RecordingError(
            file,
            "no rate: no column holds time and none is stated",
            f"columns {printable(', '.join(columns))}",
            "state it with --set rate_hz=…",
        )
    signals = {name: column for name, column in columns.items() if name != time}
    stated = [Stated(name, column.unit or split_unit(name)[1], column.hint) for name, column in signals.items()]
    identities, unknown = identify(file, stated, options)
    rows = list(zip(stated, identities, (column.values for column in signals.values()), strict=True))
    if options.rate_hz is not None:
        ignored = (f"the time column {printable(time)!r} is not used because a rate is stated",) if time else ()
        return _recording(format_id, rows, options.rate_hz, (*ignored, *unknown))
    assert time is not None
    scale_s, taken = time_scale(file, time, columns[time])
    clock = measure_clock(columns[time].values, scale_s, file, options.resampling)
    rows = [(s, i, clock.apply(values)) for s, i, values in rows]
    recording = _recording(format_id, rows, clock.rate_hz, (*taken, *clock.notes, *unknown))
    return replace(recording, segments=clock.segments)


def is_time(name: str) -> bool:
    """Say whether a column of that name holds time."""
    return _TIME.fullmatch(split_unit(name)[0]) is not None


def time_scale(file: str, name: str, column: Column) -> tuple[float, tuple[str, ...]]:
    """Give what turns a column of time into seconds, and what is to be said about it."""
    text = column.unit or split_unit(name)[1]
    if _is_unit(text) and parse_unit(text).dimension is Dimension.TIME:
        return parse_unit(text).scale, ()
    step = float(np.median(np.diff(column.values))) if column.values.size > 1 else 0.0
    if text or step > _LONGEST_STEP_S:
        raise RecordingError(
            file,
            f"the unit of the time column {printable(name)!r} must be known",
            repr(printable(text)) if text else f"none, and a median step of {step:g}",
            "name the column time_s, time_ms or time_us, or state the rate with --set rate_hz=…",
        )
    return 1.0, (f"the time column {printable(name)!r} names no unit and is read in seconds",)


def _recording(
    format_id: str, rows: list[tuple[Stated, Identity, Floats]], rate_hz: float, notes: tuple[str, ...]
) -> Recording:
    channels = [Channel(s.name, i.kind, i.unit, rate_hz, v.size, i.recorded_unit) for s, i, v in rows]
    arrays = [values * identity.scale for _, identity, values in rows]
    return Recording.from_arrays(arrays, channels, notes=notes, format=format_id)
