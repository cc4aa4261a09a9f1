"""EDF and EDF+ (continuous and discontinuous): 16-bit samples in records of any duration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from involuntary.formats._edf_header import BDF, EDF, Header, Layout, SignalHeader, read_header
from involuntary.formats._edf_records import RecordSource, read_times
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import Identity, Stated, identify
from involuntary.model import Channel, Recording

__all__ = ["BDF", "EDF", "FORMAT", "RecordFormat"]


class RecordFormat(RecordingFormat):
    """EDF or BDF, as the layout says."""

    writes = False

    def __init__(self, layout: Layout, name: str) -> None:
        self.layout = layout
        self.id, self.name, self.suffixes = layout.id, name, (f".{layout.id}",)  # type: ignore[misc]

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the first eight bytes."""
        return head.startswith(self.layout.magic)

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read header and annotations; samples stay on disk."""
        header = read_header(path, self.layout)
        signals = tuple(signal for signal in header.signals if not signal.is_annotation)
        names, renamed = _unique([signal.label for signal in signals])
        stated = [Stated(n, s.unit, s.transducer) for n, s in zip(names, signals, strict=True)]
        identities, unknown = identify(path.name, stated, options)
        segments, annotations, unread = read_times(path, header) if signals else (None, (), ())
        gains = tuple((s.gain * i.scale, s.zero * i.scale) for s, i in zip(signals, identities, strict=True))
        channels = tuple(_channel(header, *row) for row in zip(names, signals, identities, gains, strict=True))
        recording = Recording(
            self.id,
            channels,
            RecordSource(path, header, signals, gains),
            annotations=annotations,
            notes=(*header.notes, *renamed, *unread, *unknown),
        )
        return recording if segments is None else replace(recording, segments=segments)


def _channel(
    header: Header, name: str, signal: SignalHeader, identity: Identity, gains: tuple[float, float]
) -> Channel:
    gain, zero = gains
    ends = sorted(digital * gain + zero for digital in (signal.digital_min, signal.digital_max))
    return Channel(
        name,
        identity.kind,
        identity.unit,
        signal.samples / header.record_s,
        signal.samples * header.n_records,
        identity.recorded_unit,
        *ends,
    )


def _unique(labels: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Give empty and repeated labels a number, and say so."""
    names: list[str] = []
    for position, label in enumerate(labels, start=1):
        name, count = label or f"signal {position}", 1
        while name in names:
            count += 1
            name = f"{label or f'signal {position}'} ({count})"
        names.append(name)
    changed = [name for name, label in zip(names, labels, strict=True) if name != label]
    return names, (f"labels were empty or repeated; numbered: {', '.join(changed)}",) if changed else ()


FORMAT = RecordFormat(EDF, "European Data Format, EDF and EDF+")
