"""One person: who, since when, what was found, taken, measured and recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from involuntary.model.finding import Finding
from involuntary.model.observation import Observation

__all__ = ["Case", "Exposure", "ExposureKind", "LabFlag", "LabResult", "Onset", "OnsetKind", "Setting", "Sex"]

Sex = Literal["male", "female", "other", "unknown"]
Setting = Literal["primary", "emergency", "neurology", "other"]
OnsetKind = Literal["acute", "subacute", "chronic", ""]
ExposureKind = Literal["drug", "toxin", "food", "activity", "other"]
LabFlag = Literal["low", "high", "normal", "positive", "negative", ""]


@dataclass(frozen=True, slots=True)
class Onset:
    """How it began, and for how long: as told, and in days where that can be read."""

    kind: OnsetKind = ""
    duration: str = ""
    duration_days: float | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A drug, toxin, food or activity that the person had."""

    substance: str
    kind: ExposureKind = "other"
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabResult:
    """A laboratory value, or only its flag."""

    name: str
    value: float | None = None
    unit: str = ""
    flag: LabFlag = ""
    note: str = ""
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one person.

    Attributes
    ----------
    age_years : float or None
        None where it is not told.
    sex, setting : str
        As the case file says; the setting moves the prior.
    onset : Onset
        How it began.
    text : str
        Free text, kept as told.
    findings : tuple of Finding
        Told and measured alike.
    exposures, labs, signals, recordings
        As told; `signals` are results in words, `recordings` paths as resolved by the reader.
    observations : tuple of Observation
        What its recordings showed.
    id : str
        Carried, never read.
    words : tuple of str
        Stems of what its texts tell as being so, each once, in order: filled in where a text is read.
    """

    age_years: float | None = None
    sex: Sex = "unknown"
    setting: Setting = "other"
    onset: Onset = Onset()
    text: str = ""
    findings: tuple[Finding, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    labs: tuple[LabResult, ...] = ()
    signals: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    id: str = ""
    words: tuple[str, ...] = ()

    def add(self, observation: Observation) -> Case:
        """Give the case with what a recording showed; its findings join the told ones."""
        return replace(
            self,
            findings=self.findings + observation.findings,
            observations=(*self.observations, observation),
        )
