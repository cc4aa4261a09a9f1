"""What a recording format is, and the two verbs: read a recording, write one.

To add a format, write ``formats/<id>.py`` with a subclass of `RecordingFormat` and ``FORMAT = <the instance>``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, final

from involuntary.errors import RecordingError
from involuntary.formats.marks_tsv import read_marks
from involuntary.model import Recording
from involuntary.registry import Registry

__all__ = ["FORMATS", "ReadOptions", "RecordingFormat", "read", "write"]

_SNIFFED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user states about a recording that the file does not, or says wrongly.

    Attributes
    ----------
    rate_hz : float or None
        Sampling rate, for formats that carry none.
    unit : str or None
        Unit of every channel that states none.
    kinds : mapping of str to str
        Channel name to kind (`ChannelKind`), or to ``kind:unit``.
    resampling : str
        What to do with uneven time steps: ``"linear"`` or ``"none"`` (refuse them).
    interval_s : float or None
        From one sweep's stimulus to the next, for tables of sweeps, which do not say.
    scale_mm : float or None
        Millimetres in one unit of position, such as a pixel, for tables of landmarks.
    marks : str or None
        A table of marks (`involuntary.formats.marks_tsv`) beside those that the file holds.
    """

    rate_hz: float | None = None
    unit: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    resampling: str = "linear"
    interval_s: float | None = None
    scale_mm: float | None = None
    marks: str | None = None


class RecordingFormat(ABC):
    """One way that recordings lie on disk.

    Attributes
    ----------
    id, name : str
        Such as ``"edf"`` and ``"European Data Format"``.
    suffixes : tuple of str
        Lower case, with the dot.
    writes : bool
        Whether `write` is there.
    folder : bool
        Whether it writes a folder, to a path without suffix.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    writes: ClassVar[bool] = False
    folder: ClassVar[bool] = False

    @abstractmethod
    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell from the name and the first bytes whether this format would read the file."""

    @final
    def read(self, path: Path, options: ReadOptions) -> Recording:
        """Read a recording lazily.

        Raises
        ------
        RecordingError
            If the file breaks the format, says something impossible, or leaves a needed thing unsaid.
        """
        recording = self.open(path, options)
        if not recording.channels:
            raise RecordingError(path.name, "holds no signal channel", "", "check that this is the right file")
        if options.marks is None:
            return recording
        marks = sorted([*recording.annotations, *read_marks(options.marks)], key=lambda mark: mark.onset_s)
        return replace(recording, annotations=tuple(marks))

    @abstractmethod
    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Open the file: the hook to fill in. Check sizes and counts before memory is taken."""

    def write(self, recording: Recording, path: Path) -> None:
        """Write a recording without identity; only where `writes`."""
        raise RecordingError(
            path.name,
            f"the format {self.id} cannot be written",
            "",
            "choose a suffix of a format that can: see `involuntary list formats`",
        )


FORMATS: Registry[RecordingFormat] = Registry("formats", "FORMAT", "recording format")


def read(path: str | Path, options: ReadOptions | None = None) -> Recording:
    """Read a recording of any known format, lazily.

    Parameters
    ----------
    path : str or Path
        The file, or the folder of a dataset.
    options : ReadOptions, optional
        Rate, units and channel kinds that the file does not state.

    Raises
    ------
    RecordingError
        If the file is missing, empty, of no known format, or breaks its format.
    """
    path = Path(path)
    if path.is_dir():
        return _format_of(path, b"").read(path, options or ReadOptions())
    if not path.is_file():
        raise RecordingError(path.name, "no such file", "", "check the path")
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFFED_BYTES)
    except OSError as error:
        raise RecordingError(path.name, "cannot be read", error.strerror or "", "check its permissions") from None
    if not head:
        raise RecordingError(path.name, "the file is empty", "0 bytes", "record or copy it again")
    return _format_of(path, head).read(path, options or ReadOptions())


def _format_of(path: Path, head: bytes) -> RecordingFormat:
    """Choose by content first, then by suffix, so that a damaged file is refused by the format it claims."""
    suffix = path.suffix.lower()
    for candidate in FORMATS:
        if candidate.sniff(path, head):
            return candidate
    for candidate in FORMATS:
        if suffix in candidate.suffixes:
            return candidate
    suffixes = ", ".join(sorted({s for f in FORMATS for s in f.suffixes}))
    raise RecordingError(path.name, "is of no known recording format", repr(path.suffix), f"known suffixes: {suffixes}")


def write(recording: Recording, path: str | Path) -> None:
    """Write a recording in the format of the path's suffix, or a dataset where it has none; identity is not in it.

    Raises
    ------
    RecordingError
        If no writable format has that suffix.
    """
    path = Path(path)
    writable = [f for f in FORMATS if f.writes]
    chosen = next((f for f in writable if (not path.suffix if f.folder else path.suffix.lower() in f.suffixes)), None)
    if chosen is None:
        suffixes = ", ".join(sorted({s for f in writable for s in f.suffixes}))
        raise RecordingError(
            path.name, "no format that can be written has this suffix", repr(path.suffix), f"use one of {suffixes}"
        )
    if chosen.folder and path.is_dir() and any(path.iterdir()):
        raise RecordingError(path.name, "the folder must be new or empty", "", "choose another name")
    try:
        # Nobody finds half a file: it comes to its place when it is complete.
        with TemporaryDirectory(prefix=".", dir=path.parent) as folder:
            part = Path(folder) / path.name
            chosen.write(recording, part)
            part.replace(path)
    except OSError as error:
        raise RecordingError(path.name, "cannot be written", error.strerror or "", "check the folder") from None
