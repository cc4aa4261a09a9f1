"""Diseases and their annotated features as arrays; entries of one disease grouped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from involuntary.knowledge.strings import unpack

__all__ = ["EVIDENCE", "SEXES", "Annotations"]

Indices = npt.NDArray[np.int32]
Shares = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

EVIDENCE = ("IEA", "PCS", "TAS")  # electronic, published clinical study, traceable author statement
SEXES = ("", "male", "female")


@dataclass(frozen=True, eq=False)
class Annotations:
    """One release of ``phenotype.hpoa``.

    Rows are in order of their disease; disease d has the rows ``start[d]:start[d + 1]``. A term may
    stand in several rows of one disease, one a reference.

    Attributes
    ----------
    version : str
        Such as ``"2026-06-06"``.
    start : ndarray of int32, shape (diseases + 1,)
        First row of each disease; diseases are sorted by code.
    term : ndarray of int32, shape (rows,)
        Index of the term in the ontology.
    n, of : ndarray of int32, shape (rows,)
        Counted patients; `of` is 0 where no counts are published.
    low, high : ndarray of float32, shape (rows,)
        Bounds of the frequency, 0 to 1; NaN where none is told.
    excluded : ndarray of bool, shape (rows,)
        The disease is annotated *not* to have it.
    evidence, sex : ndarray of uint8, shape (rows,)
        Place in `EVIDENCE` and `SEXES`.
    onset : ndarray of int32, shape (rows,)
        Index of the onset term of this feature, or -1.
    reference : ndarray of int32, shape (rows,)
        Place in `references`; a reference may join several by ``;``.
    course_start, course : ndarray of int32
        Onset and clinical-course terms of each disease (aspect C), as `start` and `term`.
    inheritance_start, inheritance : ndarray of int32
        The same for modes of inheritance (aspect I).
    group : ndarray of int32, shape (diseases,)
        Diseases with one number are one disease in Mondo; numbers run from 0 in order of first appearance.
    """

    version: str
    packed_ids: Bytes
    packed_names: Bytes
    packed_references: Bytes
    packed_group_ids: Bytes
    start: Indices
    term: Indices
    n: Indices
    of: Indices
    low: Shares
    high: Shares
    excluded: npt.NDArray[np.bool_]
    evidence: Bytes
    sex: Bytes
    onset: Indices
    reference: Indices
    course_start: Indices
    course: Indices
    inheritance_start: Indices
    inheritance: Indices
    group: Indices

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Code of each disease, such as ``"OMIM:254900"``, ``"ORPHA:163727"``."""
        return unpack(self.packed_ids)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each disease."""
        return unpack(self.packed_names)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Each distinct reference as written, such as ``"PMID:31675180"``."""
        return unpack(self.packed_references)

    @cached_property
    def group_ids(self) -> tuple[str, ...]:
        """Mondo code of each group; the disease's own code where Mondo has none."""
        return unpack(self.packed_group_ids)

    def index(self, code: str) -> int:
        """Give the index of a disease's code; -1 where it is not annotated."""
        return self._by_id.get(code, -1)

    def group_of(self, code: str) -> int:
        """Give the group of an OMIM, ORPHA, DECIPHER or MONDO code; -1 where there is none."""
        at = self.index(code)
        return int(self.group[at]) if at >= 0 else self._by_group_id.get(code, -1)

    def named(self, name: str) -> int:
        """Give the index of the first disease of that name, whatever its case; -1 where there is none."""
        return self._by_name.get(name.casefold(), -1)

    def members(self, group: int) -> Indices:
        """Give the indices of the diseases in a group."""
        return np.flatnonzero(self.group == group).astype(np.int32)

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.ids)}

    @cached_property
    def _by_group_id(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.group_ids)}

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {name.casefold(): i for i, name in reversed(list(enumerate(self.names)))}
