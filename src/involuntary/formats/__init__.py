"""One file per recording format: a file in, a `Recording` out."""

from involuntary.formats.base import FORMATS, ReadOptions, RecordingFormat, read, write
from involuntary.formats.events_tsv import read_events, write_events

__all__ = ["FORMATS", "ReadOptions", "RecordingFormat", "read", "read_events", "write", "write_events"]
