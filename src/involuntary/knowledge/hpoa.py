"""Read ``phenotype.hpoa``, HPO's disease annotations, into the arrays of `Annotations`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from involuntary.errors import KnowledgeError, printable
from involuntary.knowledge.annotations import EVIDENCE, SEXES, Annotations
from involuntary.knowledge.frequency import Frequency
from involuntary.knowledge.ontology import Ontology
from involuntary.knowledge.strings import pack

__all__ = ["COLUMNS", "read_hpoa"]

COLUMNS = (
    "database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence", "onset", "frequency", "sex",
    "modifier", "aspect", "biocuration",
)  # fmt: skip
_UNTOLD = Frequency(float("nan"), float("nan"))


class _Row(NamedTuple):
    disease: str
    aspect: str
    term: int
    frequency: Frequency
    excluded: bool
    evidence: int
    sex: int
    onset: int
    reference: str


def read_hpoa(
    lines: Iterable[str], ontology: Ontology, joined: Mapping[str, str], what: str = "phenotype.hpoa"
) -> Annotations:
    """Read a release of annotations.

    Parameters
    ----------
    lines : iterable of str
        The file's lines.
    ontology : Ontology
        Where its terms are looked up.
    joined : mapping
        Mondo code by disease code: diseases with the same one are grouped.
    what : str
        The file's name, for messages.

    Raises
    ------
    KnowledgeError
        If there is no version or header, or a row breaks the form: too few columns, a term that the ontology does
        not know, a frequency over its denominator, an unknown evidence, sex or aspect. The message names the line.
    """
    numbered = enumerate((line.rstrip("\r\n") for line in lines), 1)
    version = _read_header(numbered, what)
    names: dict[str, Counter[str]] = {}
    terms: dict[str, int] = {}
    frequencies: dict[str, Frequency] = {"": _UNTOLD}
    rows = []
    for number, line in numbered:
        try:
            row, name = _read_row(line, ontology, terms, frequencies)
        except ValueError as error:
            raise KnowledgeError(what, f"line {number}: {error}") from None
        rows.append(row)
        names.setdefault(row.disease, Counter())[name] += 1
    if not rows:
        raise KnowledgeError(what, "holds no annotation")
    return _arrays(version, rows, names, joined)


def _read_header(numbered: Iterator[tuple[int, str]], what: str) -> str:
    version = ""
    for number, line in numbered:
        if line.startswith("#version:"):
            version = line.partition(":")[2].strip()
        elif not line.startswith("#"):
            if tuple(line.split("\t")) != COLUMNS:
                raise KnowledgeError(
                    what, f"line {number}: the header names the columns {', '.join(COLUMNS)}", printable(line, 60)
                )
            break
    if not version:
        raise KnowledgeError(what, "annotations name their release in a line '#version:'")
    return version


def _read_row(
    line: str, ontology: Ontology, terms: dict[str, int], frequencies: dict[str, Frequency]
) -> tuple[_Row, str]:
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise ValueError(f"a row has {len(COLUMNS)} columns; got {len(fields)}")
    disease, name, qualifier, term, reference, evidence, onset, frequency, sex, _, aspect, _ = fields
    if ":" not in disease or not name or not term:
        raise ValueError("a row needs database_id, disease_name and hpo_id")
    if qualifier not in {"", "NOT"} or evidence not in EVIDENCE or aspect not in {"P", "C", "I", "M", "H"}:
        told = printable(f"{qualifier!r}, {evidence!r}, {aspect!r}", 60)
        raise ValueError(f"qualifier, evidence or aspect is unknown; got {told}")
    if sex.lower() not in SEXES:
        raise ValueError(f"sex is unknown; got {printable(sex, 40)!r}")
    for code in (term, onset):
        if code and code not in terms:
            terms[code] = ontology.find(code)
            if terms[code] < 0:
                raise ValueError(f"{printable(code, 40)} is no term of HPO {ontology.version}")
    if frequency not in frequencies:
        frequencies[frequency] = Frequency.parse(frequency)
    told_frequency = frequencies[frequency]
    row = _Row(
        disease,
        aspect,
        terms[term],
        told_frequency,
        qualifier == "NOT" or told_frequency.high == 0,
        EVIDENCE.index(evidence),
        SEXES.index(sex.lower()),
        terms[onset] if onset else -1,
        reference,
    )
    return row, name


def _arrays(
    version: str, rows: list[_Row], names: Mapping[str, Counter[str]], joined: Mapping[str, str]
) -> Annotations:
    ids = sorted(names)
    place = {code: i for i, code in enumerate(ids)}
    rows.sort(key=lambda row: place[row.disease])  # stable: rows of one disease keep the file's order
    features = [row for row in rows if row.aspect == "P"]
    references = {text: i for i, text in enumerate(sorted({row.reference for row in features}))}
    groups: dict[str, int] = {}
    group = [groups.setdefault(joined.get(code, code), len(groups)) for code in ids]
    course_start, course = _by_disease(rows, "C", place)
    inheritance_start, inheritance = _by_disease(rows, "I", place)
    start, term = _by_disease(rows, "P", place)

    def column(values: Iterable[Any], kind: type[np.generic]) -> npt.NDArray[Any]:
        return np.fromiter(values, dtype=kind, count=len(features))

    return Annotations(
        version=version,
        packed_ids=pack(ids),
        packed_names=pack(names[code].most_common(1)[0][0] for code in ids),
        packed_references=pack(references),
        packed_group_ids=pack(groups),
        start=start,
        term=term,
        n=column((row.frequency.n for row in features), np.int32),
        of=column((row.frequency.of for row in features), np.int32),
        low=column((row.frequency.low for row in features), np.float32),
        high=column((row.frequency.high for row in features), np.float32),
        excluded=column((row.excluded for row in features), np.bool_),
        evidence=column((row.evidence for row in features), np.uint8),
        sex=column((row.sex for row in features), np.uint8),
        onset=column((row.onset for row in features), np.int32),
        reference=column((references[row.reference] for row in features), np.int32),
        course_start=course_start,
        course=course,
        inheritance_start=inheritance_start,
        inheritance=inheritance,
        group=np.array(group, dtype=np.int32),
    )


def _by_disease(
    rows: list[_Row], aspect: str, place: Mapping[str, int]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    mine = [(place[row.disease], row.term) for row in rows if row.aspect == aspect]
    counts = np.bincount(np.array([d for d, _ in mine], dtype=np.int64), minlength=len(place))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return start, np.array([term for _, term in mine], dtype=np.int32)
