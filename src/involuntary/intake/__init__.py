"""One file per way that findings arrive: a file in, a `Case` out."""

from involuntary.intake.base import READERS, CaseReader, read_case, read_case_text

__all__ = ["READERS", "CaseReader", "read_case", "read_case_text"]
