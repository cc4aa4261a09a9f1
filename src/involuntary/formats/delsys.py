"""Text exports of Delsys EMGworks and Trigno: a line on each channel, then a time column before every channel.

Channels have rates of their own (EMG at 1926 Hz beside accelerometers at 148 Hz), and the columns of slower
ones end in empty cells.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._table import split_unit
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.clock import measure_clock
from involuntary.formats.kinds import Stated, clean_name, identify, unique_names
from involuntary.model import Channel, Recording

__all__ = ["FORMAT", "DelsysFormat"]

_LINE = re.compile(
    r'"?Label:\s*(?P<name>.*?)\s*Sampling frequency:\s*(?P<rate>[\d.]+).*?(?<!Domain )Unit:\s*(?P<unit>\S+)',
    re.IGNORECASE,
)
_MOST_HEADER_LINES = 2000


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the table begins, its column names, and what the lines above say of each channel."""

    header_line: int
    columns: tuple[str, ...]
    rates: dict[str, float]
    units: dict[str, str]


class DelsysFormat(RecordingFormat):
    """EMGworks and Trigno text exports."""

    id = "delsys"
    name = "Delsys EMGworks and Trigno text export"
    suffixes = ()  # .csv and .txt belong to any text; this one is told by its first line

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the line on the first channel."""
        return bool(_LINE.match(head[:1000].decode("latin-1").lstrip("ï»¿\ufeff").split("\n")[0]))

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the whole table."""
        layout = _layout(path)
        table = _table(path, layout)
        found = list(_channels(path, layout, table, options))
        names, renamed = unique_names([name for name, *_ in found])
        stated = [Stated(name, unit) for name, (_, unit, _, _) in zip(names, found, strict=True)]
        identities, unknown = identify(path.name, stated, options)
        channels = [
            Channel(s.name, i.kind, i.unit, rate, values.size, i.recorded_unit)
            for s, i, (_, _, rate, values) in zip(stated, identities, found, strict=True)
        ]
        arrays = [values * i.scale for i, (*_, values) in zip(identities, found, strict=True)]
        return Recording.from_arrays(arrays, channels, notes=(*renamed, *unknown), format=self.id)


def _layout(path: Path) -> _Layout:
    rates: dict[str, float] = {}
    units: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(islice(file, _MOST_HEADER_LINES)):
            described = _LINE.match(line)
            if described and described["rate"].count(".") <= 1 and described["rate"] != ".":
                name = clean_name(described["name"])
                rates[name], units[name] = float(described["rate"]), clean_name(described["unit"].strip('",'))
            elif line.lstrip().startswith(("X[s]", "X [s]", '"X[s]', '"X [s]')):
                return _Layout(number, tuple(clean_name(cell) for cell in next(csv.reader([line]))), rates, units)
    raise RecordingError(
        path.name, "a Delsys export needs a line of columns beginning with X[s]", "none", "export it again"
    )


def _table(path: Path, layout: _Layout) -> NDArray[np.float64]:
    wanted = f"every row must hold {len(layout.columns)} cells"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return np.genfromtxt(
                path,
                delimiter=",",
                skip_header=layout.header_line + 1,
                usecols=range(len(layout.columns)),
                encoding="utf-8-sig",
                ndmin=2,
            )
    except (ValueError, UserWarning):
        raise RecordingError(path.name, wanted, "another number, or no row", "check the file in an editor") from None


def _channels(
    path: Path, layout: _Layout, table: NDArray[np.float64], options: ReadOptions
) -> Iterator[tuple[str, str, float, NDArray[np.float64]]]:
    """Give name, unit, rate and samples of each channel; its times stand in the nearest time column before it."""
    times: NDArray[np.float64] | None = None
    for position, column in enumerate(layout.columns):
        if column.startswith(("X[s]", "X [s]")):
            times = table[:, position]
            continue
        if not column:
            continue
        values = table[:, position]
        held = np.isfinite(values)
        n = int(np.flatnonzero(held)[-1]) + 1 if held.any() else 0
        if not n or not held[:n].all():
            raise RecordingError(
                path.name,
                f"the samples of {printable(column)!r} must follow each other without an empty cell or a word",
                f"one in data row {int(np.argmin(held)) + 1}",
                "check the file in an editor",
            )
        name, unit = (column, layout.units[column]) if column in layout.units else (column, split_unit(column)[1])
        rate = options.rate_hz or layout.rates.get(name)
        if rate is None:
            if times is None or not np.all(np.isfinite(times[:n])):
                raise RecordingError(
                    path.name,
                    f"no rate: {printable(name)!r} has neither a line nor times",
                    "",
                    "state it with --set rate_hz=…",
                )
            rate = measure_clock(times[:n], 1.0, path.name, "none").rate_hz
        yield name, unit, rate, values[:n]


FORMAT = DelsysFormat()
