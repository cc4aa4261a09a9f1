"""C3D, the format of motion laboratories: its analog channels, through c3d; markers in space are not read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from involuntary.errors import RecordingError
from involuntary.formats._extra import foreign_reader, optional_module
from involuntary.formats._table import Column, recording_of
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import clean_name, unique_names
from involuntary.model import Recording

__all__ = ["FORMAT", "C3dFormat"]


class C3dFormat(RecordingFormat):
    """Analog channels of one rate."""

    id = "c3d"
    name = "C3D analog channels"
    suffixes = (".c3d",)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the second byte and the suffix; one byte alone would claim too much."""
        return path.suffix.lower() in self.suffixes and head[1:2] == b"\x50"

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read all frames; their analog samples follow each other."""
        with foreign_reader(path, "c3d"), path.open("rb") as file:
            reader = optional_module("c3d", "formats", "reading C3D").Reader(file)
            rate, labels = float(reader.analog_rate), [clean_name(str(label)) for label in reader.analog_labels]
            units = _units(reader, len(labels))
            frames = [analog for _, _, analog in reader.read_frames(copy=False)] if labels else []
            samples = np.concatenate(frames, axis=1).astype(np.float64) if frames else np.empty((len(labels), 0))
        if not labels:
            raise RecordingError(path.name, "holds no analog channel", "", "check that this is the right file")
        if not np.all(np.isfinite(samples)):
            raise RecordingError(path.name, "samples must be finite", "one that is not", "export it again")
        names, renamed = unique_names(labels[: samples.shape[0]])
        columns = {n: Column(row, unit) for n, row, unit in zip(names, samples, units, strict=False)}
        stated = options if options.rate_hz is not None else replace(options, rate_hz=rate)
        recording = recording_of(path.name, self.id, columns, stated)
        return replace(recording, notes=(*renamed, *recording.notes))


def _units(reader: Any, count: int) -> list[str]:
    parameter = reader.get("ANALOG:UNITS")
    listed = [] if parameter is None else [clean_name(str(unit)) for unit in np.ravel(parameter.string_array)]
    return (listed + [""] * count)[:count]


FORMAT = C3dFormat()
