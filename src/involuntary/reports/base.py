"""What a report is: a media type, and values in, bytes out.

To add one, write ``reports/<id>.py`` with a subclass of `Report` and ``REPORT = <the instance>``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, final

from involuntary.errors import UnknownNameError
from involuntary.model import Assessment, Case, Observation, Recording
from involuntary.registry import Registry

__all__ = ["REPORTS", "Report", "Subject", "write_report"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about.

    Attributes
    ----------
    result : Observation or Assessment
        What was found.
    recordings : tuple of Recording
        One an observation, in the same order, for traces and spectra; may be empty, and then there are none.
    case : Case, optional
        What was told.
    """

    result: Observation | Assessment
    recordings: tuple[Recording, ...] = ()
    case: Case | None = None

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What the recordings showed."""
        return self.result.observations if isinstance(self.result, Assessment) else (self.result,)


class Report(ABC):
    """One way to render a result.

    Attributes
    ----------
    id, name, media_type : str
        Such as ``"html"``, ``"Web page"``, ``"text/html"``.
    suffix : str
        A path that ends so is written by this report; the longest match wins, so ``.fhir.json`` beats ``.json``.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    media_type: ClassVar[str]
    suffix: ClassVar[str]

    @final
    def render(self, subject: Subject) -> bytes:
        """Render; the same subject gives the same bytes."""
        return self.compose(subject)

    @abstractmethod
    def compose(self, subject: Subject) -> bytes:
        """Make the bytes: the hook to fill in. Names from files are escaped here."""


REPORTS: Registry[Report] = Registry("reports", "REPORT", "report")


def write_report(result: Observation | Assessment | Subject, path: str | Path) -> None:
    """Write a report in the form that the path's suffix names.

    Parameters
    ----------
    result : Observation, Assessment or Subject
        What to report; a `Subject` brings the recordings for the pictures.
    path : str or Path
        Such as ``"report.html"`` or ``"assessment.json"``.

    Raises
    ------
    UnknownNameError
        If no report has that suffix.
    """
    path = Path(path)
    fitting = [report for report in REPORTS if path.name.lower().endswith(report.suffix)]
    if not fitting:
        known = ", ".join(sorted(report.suffix for report in REPORTS))
        raise UnknownNameError(path.name, "no report has this suffix", "", f"use one of {known}")
    report = max(fitting, key=lambda candidate: len(candidate.suffix))
    subject = result if isinstance(result, Subject) else Subject(result)
    path.write_bytes(report.render(subject))
