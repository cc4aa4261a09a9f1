"""BDF and BDF+: EDF with 24-bit samples."""

from involuntary.formats.edf import BDF, RecordFormat

__all__ = ["FORMAT"]

FORMAT = RecordFormat(BDF, "BioSemi Data Format, BDF and BDF+")
