"""Checked access to foreign JSON: keys that are not asked for are passed over, those that are must be of their kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from involuntary.errors import CaseError, KnowledgeError
from involuntary.intake.fields import Fields, items
from involuntary.knowledge import Knowledge
from involuntary.model import Term

__all__ = ["each", "inside", "term_of"]


def inside(parent: Fields, key: str) -> Fields:
    """Give the mapping at a key; an empty one where the key is absent."""
    value = parent.values.get(key)
    if value is None:
        return Fields({}, f"{parent.place}.{key}")
    if not isinstance(value, Mapping):
        parent.refuse(key, "must be a mapping", type(value).__name__)
    return Fields(value, f"{parent.place}.{key}")


def each(parent: Fields, key: str) -> Iterator[Fields]:
    """Give the mappings of a list; none where the key is absent."""
    for item, place in items(parent, key):
        if not isinstance(item, Mapping):
            raise CaseError(place, "must be a mapping", type(item).__name__)
        yield Fields(item, place)


def term_of(code: str, fields: Fields, key: str, knowledge: Knowledge) -> Term:
    """Give the ontology's term of a code; codes of merged terms are understood, others refused with the nearest."""
    try:
        return knowledge.ontology.term(code)
    except KnowledgeError as error:
        fields.refuse(key, str(error))
