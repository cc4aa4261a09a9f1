"""The Human Phenotype Ontology as arrays: terms by ascending number, names, parents and ancestors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from involuntary.errors import KnowledgeError, printable
from involuntary.knowledge.strings import closest, searchable, unpack
from involuntary.model import Term

__all__ = ["SCOPES", "Ontology", "code_number", "code_of"]

Indices = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

SCOPES = ("LABEL", "EXACT", "NARROW", "BROAD", "RELATED")
_EXACT = 1
_CODE = re.compile(r"HP:(\d{7})")


def code_number(code: str) -> int:
    """Give the number in an HPO code, or -1 where it is none."""
    match = _CODE.fullmatch(code)
    return int(match[1]) if match else -1


def code_of(number: int) -> str:
    """Give the HPO code of a number."""
    return f"HP:{number:07d}"


@dataclass(frozen=True, eq=False)
class Ontology:
    """One release.

    Attributes
    ----------
    version : str
        Such as ``"2026-06-06"``.
    numbers : ndarray of int32, shape (terms,)
        The number in each current term's code, ascending; a term's index everywhere is its place here.
    parent_start, parent : ndarray of int32, shapes (terms + 1,), (links,)
        Parents of term i: ``parent[parent_start[i]:parent_start[i + 1]]``.
    ancestor_start, ancestor : ndarray of int32
        The same for its ancestors and itself.
    name_term : ndarray of int32, shape (names,)
        The term that each of `names` belongs to; the first names are the labels, in order of the terms.
    name_scope : ndarray of uint8, shape (names,)
        Place in `SCOPES`.
    other_number, other_term : ndarray of int32
        Codes no longer current, ascending, and the index of the one term that replaces each, or -1.
    other_merged : ndarray of bool
        Whether such a code was merged into its term, and so means the same; the others were retired.
    """

    version: str
    numbers: Indices
    parent_start: Indices
    parent: Indices
    ancestor_start: Indices
    ancestor: Indices
    packed_names: Bytes
    name_term: Indices
    name_scope: Bytes
    packed_definitions: Bytes
    other_number: Indices
    other_term: Indices
    other_merged: npt.NDArray[np.bool_]
    packed_other_labels: Bytes
    packed_other_advice: Bytes

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The code of each term."""
        return tuple(map(code_of, self.numbers.tolist()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every label and synonym; see `name_term` and `name_scope`."""
        return unpack(self.packed_names)

    @cached_property
    def definitions(self) -> tuple[str, ...]:
        """The definition of each term; empty where there is none."""
        return unpack(self.packed_definitions)

    def find(self, code: str) -> int:
        """Give the index of a code, through merged and replaced ones too; -1 where there is none."""
        known = self._found.get(code)
        if known is not None:
            return known
        number = code_number(code)
        at = _place(self.numbers, number)
        if at < 0:
            other = _place(self.other_number, number)
            at = int(self.other_term[other]) if other >= 0 else -1
        if at >= 0:
            self._found[code] = at  # only codes that exist are kept, so that no text can fill the memory
        return at

    def index(self, code: str) -> int:
        """Give the index of a code; merged codes count as the term that they were merged into.

        Raises
        ------
        KnowledgeError
            If the code is unknown, or obsolete: the message names the nearest or what replaces it.
        """
        known = self._current.get(code)
        if known is not None:
            return known
        number = code_number(code)
        at = _place(self.numbers, number)
        if at >= 0:
            self._current[code] = at
            return at
        other = _place(self.other_number, number)
        if other >= 0 and self.other_merged[other]:
            return int(self.other_term[other])
        if other >= 0:
            label, advice = unpack(self.packed_other_labels)[other], self._described(self.replacement(code))
            raise KnowledgeError(code, f"{label!r} is no longer in HPO {self.version}", "", advice)
        near = self._nearest_code(code)
        rule, advice = f"is no code of HPO {self.version}", f"the nearest is {near.id} {near.label!r}"
        raise KnowledgeError(printable(code, 40), rule, "", advice)

    def term(self, code: str) -> Term:
        """Give the term of a code; raises as `index` does."""
        at = self.index(code)
        return Term(code_of(int(self.numbers[at])), self.label(at))

    def label(self, i: int) -> str:
        """Give the label of the term at index `i`."""
        return self.names[i]

    def definition(self, i: int) -> str:
        """Give the definition of the term at index `i`; empty where there is none."""
        return self.definitions[i]

    def synonyms(self, i: int, scope: str = "EXACT") -> tuple[str, ...]:
        """Give the synonyms of one scope of the term at index `i`."""
        mine = (self.name_term == i) & (self.name_scope == SCOPES.index(scope))
        return tuple(self.names[k] for k in np.flatnonzero(mine))

    def label_matches(self, code: str, label: str) -> bool:
        """Tell whether `label` is the label or an exact synonym of the code, whatever its case and spacing."""
        at = self.find(code)
        wanted = _folded(label)
        return at >= 0 and wanted in {_folded(name) for name in (self.label(at), *self.synonyms(at))}

    def is_obsolete(self, code: str) -> bool:
        """Tell whether a code is known and no longer current, be it merged into another or retired."""
        return _place(self.other_number, code_number(code)) >= 0

    def replacement(self, code: str) -> str:
        """Give the codes that stand for one no longer current, joined by ``or``; empty where there is none."""
        other = _place(self.other_number, code_number(code))
        return unpack(self.packed_other_advice)[other] if other >= 0 else ""

    def named(self, text: str) -> tuple[int, ...]:
        """Give the indices of the terms whose label or exact synonym is `text`, whatever its case and spacing."""
        return self._by_name.get(_folded(text), ())

    def nearest(self, text: str) -> Term:
        """Give the term whose label or synonym looks most like `text`."""
        at = int(self.name_term[closest(text, searchable(self.packed_names))[0]])
        return Term(code_of(int(self.numbers[at])), self.label(at))

    def parents(self, code: str) -> frozenset[str]:
        """Give the codes of the parents."""
        i = self.index(code)
        above = self.parent[self.parent_start[i] : self.parent_start[i + 1]]
        return frozenset(map(code_of, self.numbers[above].tolist()))

    def ancestors(self, code: str) -> frozenset[str]:
        """Give the codes of all ancestors, and the term's own."""
        i = self.index(code)
        if i not in self._ancestor_codes:
            self._ancestor_codes[i] = frozenset(map(code_of, self.numbers[self.ancestor_indices(i)].tolist()))
        return self._ancestor_codes[i]

    def ancestor_indices(self, i: int) -> Indices:
        """Give the indices of the ancestors of the term at index `i`, and its own, ascending."""
        return self.ancestor[self.ancestor_start[i] : self.ancestor_start[i + 1]]

    def is_a(self, code: str, above: str) -> bool:
        """Tell whether `code` is `above` or a descendant of it; False where either is unknown."""
        i, j = self.find(code), self.find(above)
        return i >= 0 and j >= 0 and j in self._above(i)

    def _above(self, i: int) -> frozenset[int]:
        if i not in self._ancestors:
            self._ancestors[i] = frozenset(self.ancestor_indices(i).tolist())
        return self._ancestors[i]

    @cached_property
    def _found(self) -> dict[str, int]:
        """Codes asked for before; they are asked for thousands of times a case."""
        return {}

    @cached_property
    def _current(self) -> dict[str, int]:
        """The same of current codes only."""
        return {}

    @cached_property
    def _ancestor_codes(self) -> dict[int, frozenset[str]]:
        return {}

    @cached_property
    def _ancestors(self) -> dict[int, frozenset[int]]:
        return {}

    @cached_property
    def _by_name(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for name, term, scope in zip(self.names, self.name_term.tolist(), self.name_scope.tolist(), strict=True):
            if scope <= _EXACT:
                key = _folded(name)
                found[key] = tuple(dict.fromkeys((*found.get(key, ()), term)))
        return found

    def _described(self, codes: str) -> str:
        if not codes:
            return "nothing replaces it"
        known = (f"{code} {self.label(self.find(code))!r}" for code in codes.split(" or ") if self.find(code) >= 0)
        return f"use {' or '.join(known)}"

    def _nearest_code(self, code: str) -> Term:
        """Give what a code was likely meant to be: zeros restored, or the closest number; else by its letters."""
        digits = re.sub(r"\D", "", code)[-7:]
        if not digits:
            return self.nearest(code)
        at = self.find(code_of(int(digits)))
        if at < 0:
            at = int(np.argmin(np.abs(self.numbers - int(digits))))
        return Term(self.ids[at], self.label(at))


def _place(ascending: Indices, number: int) -> int:
    at = int(np.searchsorted(ascending, number))
    return at if at < len(ascending) and ascending[at] == number else -1


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
