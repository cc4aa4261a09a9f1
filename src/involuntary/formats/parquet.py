"""Parquet: the same table as delimited text, with kinds and units kept beside the columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._extra import optional_module
from involuntary.formats._table import Column, recording_of
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import clean_name
from involuntary.model import Recording

__all__ = ["FORMAT", "ParquetFormat"]

_MAGIC = b"PAR1"
_TIME = "time_s"
_BLOCK = 1 << 18


def _modules() -> tuple[Any, Any]:
    names = ("pyarrow", "pyarrow.parquet")
    arrow, parquet = (optional_module(name, "parquet", "reading and writing Parquet") for name in names)
    return arrow, parquet


class ParquetFormat(RecordingFormat):
    """A column a channel; times in a column, or a stated rate."""

    id = "parquet"
    name = "Apache Parquet table"
    suffixes = (".parquet",)
    writes = True

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the first four bytes."""
        return head.startswith(_MAGIC)

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read all columns."""
        arrow, parquet = _modules()
        try:
            table = parquet.read_table(path, memory_map=False)
        except (arrow.ArrowException, OSError):  # whose messages carry paths
            raise RecordingError(
                path.name, "must be a whole Parquet file", "a damaged one", "copy or export it again"
            ) from None
        names = [clean_name(name) for name in table.column_names]
        columns = {name: _column(arrow, path.name, name, table, i) for i, name in enumerate(names)}
        if len(columns) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise RecordingError(
                path.name, "column names must be unique", f"{printable(twice)!r} repeated", "rename one of them"
            )
        return recording_of(path.name, self.id, columns, options)

    def write(self, recording: Recording, path: Path) -> None:
        """Write channels of one rate with their times, kinds and units; gaps are kept by the times."""
        arrow, parquet = _modules()
        rates = {(channel.rate_hz, channel.n_samples) for channel in recording.channels}
        if len(rates) != 1:
            raise RecordingError(
                path.name,
                "a table holds channels of one rate and length",
                ", ".join(f"{c.n_samples} samples at {c.rate_hz:g} Hz" for c in recording.channels),
                "write EDF or BDF instead",
            )
        fields = [arrow.field(_TIME, arrow.float64(), metadata={"unit": "s"})]
        fields += [
            arrow.field(c.name, arrow.float64(), metadata={"unit": c.unit, "kind": c.kind.value})
            for c in recording.channels
        ]
        n = recording.channels[0].n_samples
        with parquet.ParquetWriter(path, arrow.schema(fields)) as writer:
            for start in range(0, n, _BLOCK):
                stop = min(start + _BLOCK, n)
                times = recording.time_s(0, np.arange(start, stop))
                signals = [recording.samples(i, start, stop) for i in range(len(recording.channels))]
                writer.write_table(arrow.table([times, *signals], schema=arrow.schema(fields)))


def _column(arrow: Any, file: str, name: str, table: Any, index: int) -> Column:
    column, metadata = table.column(index), table.schema.field(index).metadata
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy())[0]) + 1
        raise _bad_cell(file, name, "an empty cell", row)
    kind = column.type
    if arrow.types.is_timestamp(kind) or arrow.types.is_duration(kind):
        stamps = column.cast(arrow.int64()).to_numpy()
        return Column((stamps - stamps[:1]).astype(np.float64), kind.unit)
    if not (arrow.types.is_integer(kind) or arrow.types.is_floating(kind)):
        raise RecordingError(
            file,
            f"column {printable(name)!r} must hold numbers",
            printable(kind),
            "leave it out or write it as numbers",
        )
    values: NDArray[np.float64] = column.to_numpy().astype(np.float64)
    if not np.all(np.isfinite(values)):
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise _bad_cell(file, name, str(values[row]), row + 1)
    return Column(values, *_stated(metadata or {}))


def _stated(metadata: Mapping[bytes, bytes]) -> tuple[str, str]:
    unit, kind = (metadata.get(key, b"").decode("utf-8", "replace") for key in (b"unit", b"kind"))
    return clean_name(unit), clean_name(kind)


def _bad_cell(file: str, name: str, got: str, row: int) -> RecordingError:
    return RecordingError(
        file,
        "every cell must be a finite number",
        f"{got} in row {row}, column {printable(name)!r}",
        "remove those rows; with a time column they become a gap",
    )


FORMAT = ParquetFormat()
