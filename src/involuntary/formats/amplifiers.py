"""Files of amplifiers and acquisition programs that neo reads, told by their first bytes."""

from __future__ import annotations

from pathlib import Path

from involuntary.formats._neo import open_with_neo
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.model import Recording

__all__ = ["FORMAT", "AmplifierFormat"]

# First bytes, where they stand, the raw reader of neo, and the suffixes.
_READERS = (
    (b"ABF ", 0, "AxonRawIO", (".abf",)),
    (b"ABF2", 0, "AxonRawIO", (".abf",)),
    (b"(C) CED", 2, "Spike2RawIO", (".smr",)),
    (b"NEURALCD", 0, "BlackrockRawIO", (".ns1", ".ns2", ".ns3", ".ns4", ".ns5", ".ns6")),
    (b"NEURALSG", 0, "BlackrockRawIO", (".ns1", ".ns2", ".ns3", ".ns4", ".ns5", ".ns6")),
    (b"BRSMPGRP", 0, "BlackrockRawIO", (".ns1", ".ns2", ".ns3", ".ns4", ".ns5", ".ns6")),
    (b"\x02\x27\x91\xc6", 0, "IntanRawIO", (".rhd",)),
    (b"\xac\x27\x91\xd6", 0, "IntanRawIO", (".rhs",)),
    (b"* MICROMED", 0, "MicromedRawIO", (".trc",)),
    (b"PLEX", 0, "PlexonRawIO", (".plx",)),
)
# Where neo leaves the unit out and the format's header states it: Plexon's SlowMaxMagnitudeMV.
_UNITS = {"PlexonRawIO": "mV"}


def _reader(head: bytes) -> str | None:
    return next((reader for magic, place, reader, _ in _READERS if head[place:].startswith(magic)), None)


class AmplifierFormat(RecordingFormat):
    """Axon, Spike2, Blackrock, Intan, Micromed and Plexon files."""

    id = "amplifiers"
    name = "Axon, Spike2, Blackrock, Intan, Micromed, Plexon (through neo)"
    suffixes = tuple(sorted({suffix for *_, suffixes in _READERS for suffix in suffixes}))

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the first bytes."""
        return _reader(head) is not None

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the header; samples stay on disk."""
        with path.open("rb") as file:
            head = file.read(16)
        fallback = next((reader for *_, reader, suffixes in _READERS if path.suffix.lower() in suffixes), "")
        reader = _reader(head) or fallback
        # Intan may keep samples beside a file of this name.
        held = None if path.stem == "info" else path.stat().st_size
        return open_with_neo(path, reader, self.id, options, unit=_UNITS.get(reader, ""), held_bytes=held)


FORMAT = AmplifierFormat()
