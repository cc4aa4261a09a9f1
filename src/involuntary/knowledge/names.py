"""Names as people write them: within more words, in plural, with a remark in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, TypeVar

__all__ = ["Names", "essence"]

T = TypeVar("T")
_WORD = re.compile(r"[a-z0-9]+")
# Words that tell no laboratory tests apart.
_NO_MATTER = {"serum", "plasma", "level", "levels", "concentration", "titre", "titer", "anti", "test"}


class Names(Generic[T]):
    """Names of things, found where they stand in a text as whole words.

    Parameters
    ----------
    named : iterable of (str, T)
        Each name and what bears it; the first bearer of a name keeps it.
    """

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._by_first: dict[str, list[tuple[str, T]]] = {}
        for name, bearer in named:
            plain = _plain(name)
            if plain:
                self._by_first.setdefault(plain.split()[0], []).append((plain, bearer))

    def longest(self, text: str) -> T | None:
        """Give the bearer of the longest name in a text; None where no name stands in it."""
        plain = f"{_plain(text)} "
        best: tuple[int, T | None] = (0, None)
        for start in (match.start() for match in _WORD.finditer(plain)):
            first = plain[start : plain.index(" ", start)]
            for name, bearer in self._by_first.get(first, ()):
                if len(name) > best[0] and plain.startswith(f"{name} ", start):
                    best = (len(name), bearer)
        return best[1]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


@lru_cache(maxsize=4096)
def essence(name: str) -> str:
    """Give a test's name without a remark in brackets, in singular, and without words that tell no tests apart."""
    words = _WORD.findall(re.sub(r"\(.*?\)", "", name.lower()))
    return " ".join(re.sub(r"ies$", "y", word) for word in words if word not in _NO_MATTER)
