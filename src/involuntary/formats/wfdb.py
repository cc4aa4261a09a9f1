"""WFDB, the format of PhysioNet: a text header (.hea), signal files and annotations beside it, through wfdb."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._extra import foreign_reader, optional_module
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import Stated, clean_name, identify, unique_names
from involuntary.model import Annotation, Channel, Recording

__all__ = ["FORMAT", "WfdbFormat"]


def _wfdb() -> Any:
    return optional_module("wfdb", "formats", "reading WFDB")


@dataclass(frozen=True, slots=True)
class WfdbSource:
    """Samples of a record; each read opens only its own frames."""

    path: Path
    names: tuple[str, ...]
    per_frame: tuple[int, ...]
    scales: tuple[float, ...]

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel in its unit."""
        if stop == start:
            return np.empty(0)
        k = self.per_frame[channel]
        first, last = start // k, -(-stop // k)
        with foreign_reader(self.path, "wfdb"):
            record = _wfdb().rdrecord(
                str(self.path.with_suffix("")), sampfrom=first, sampto=last, channels=[channel], smooth_frames=False
            )
            values = np.asarray(record.e_p_signal[0], dtype=np.float64)[start - first * k : stop - first * k]
        if not np.all(np.isfinite(values)):
            place = start + int(np.flatnonzero(~np.isfinite(values))[0])
            raise RecordingError(
                self.path.name,
                f"samples of {self.names[channel]!r} must be there",
                f"a missing one at sample {place}",
                "cut that stretch out or export it as a record of its own",
            )
        return values * self.scales[channel]


class WfdbFormat(RecordingFormat):
    """Named by the header; signals and annotations lie beside it."""

    id = "wfdb"
    name = "WFDB (PhysioNet)"
    suffixes = (".hea",)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by suffix and a first line of at least a name and a number of signals."""
        if path.suffix.lower() not in self.suffixes:
            return False
        lines = [line for line in head.splitlines() if line.strip() and not line.startswith(b"#")]
        words = lines[0].split() if lines else []
        return len(words) >= 2 and words[1].isdigit()

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read header and annotations; comments, where names stand, are not looked at."""
        with foreign_reader(path, "wfdb"):
            record = str(path.with_suffix(""))
            header = _wfdb().rdheader(record)
            if getattr(header, "n_seg", 1) > 1:
                raise RecordingError(
                    path.name, "must be a record of one segment", "several", "give one of its segments"
                )
            names, renamed = unique_names([clean_name(str(name)) for name in header.sig_name or []])
            stated = [Stated(name, str(unit)) for name, unit in zip(names, header.units or [], strict=True)]
            per_frame = tuple(int(k) for k in header.samps_per_frame or [])
            frames, rate = int(header.sig_len or 0), float(header.fs)
            annotations = _annotations(path, rate)
        identities, notes = identify(path.name, stated, options)
        channels = tuple(
            Channel(s.name, i.kind, i.unit, rate * k, frames * k, i.recorded_unit)
            for s, i, k in zip(stated, identities, per_frame, strict=True)
        )
        source = WfdbSource(path, tuple(names), per_frame, tuple(i.scale for i in identities))
        return Recording(self.id, channels, source, annotations=annotations, notes=(*renamed, *notes))


def _annotations(path: Path, rate: float) -> tuple[Annotation, ...]:
    if not path.with_suffix(".atr").is_file():
        return ()
    found = _wfdb().rdann(str(path.with_suffix("")), "atr")
    texts = [clean_name(f"{symbol} {note}") for symbol, note in zip(found.symbol, found.aux_note, strict=True)]
    return tuple(Annotation(float(at) / rate, 0.0, text) for at, text in zip(found.sample, texts, strict=True))


FORMAT = WfdbFormat()
