"""One file per recording format: a file in, a `Recording` out."""

from involuntary.formats.base import FORMATS, ReadOptions, RecordingFormat, read, write

__all__ = ["FORMATS", "ReadOptions", "RecordingFormat", "read", "write"]
