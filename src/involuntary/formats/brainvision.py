"""BrainVision: a text header (.vhdr), markers (.vmrk) and binary samples (.eeg), through neo."""

from __future__ import annotations

from pathlib import Path

from involuntary.formats._neo import open_with_neo
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.model import Recording

__all__ = ["FORMAT", "BrainVisionFormat"]


class BrainVisionFormat(RecordingFormat):
    """Named by its header; the other two files lie beside it."""

    id = "brainvision"
    name = "BrainVision"
    suffixes = (".vhdr",)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the first line."""
        return head.startswith((b"Brain Vision Data Exchange Header", b"BrainVision Data Exchange Header"))

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read header and markers; samples stay on disk."""
        return open_with_neo(path, "BrainVisionRawIO", self.id, options, first_marker=1)


FORMAT = BrainVisionFormat()
