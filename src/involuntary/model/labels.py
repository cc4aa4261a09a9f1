"""Names of which there are few, one for each of many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from involuntary.spool import aside

__all__ = ["Labels"]


@dataclass(frozen=True, slots=True, eq=False)
class Labels(Sequence[str]):
    """Reads like a tuple of names, and equals one.

    Attributes
    ----------
    names : tuple of str
        Each name once.
    code : ndarray of int32, shape (n,)
        The position of each row's name in `names`.
    """

    names: tuple[str, ...]
    code: NDArray[np.int32]

    @classmethod
    def of(cls, labels: Sequence[str]) -> Labels:
        """Make them from a name for each row."""
        if isinstance(labels, Labels):
            return labels
        place = {name: i for i, name in enumerate(dict.fromkeys(labels))}
        return cls(tuple(place), aside(np.fromiter((place[name] for name in labels), np.int32, len(labels))))

    @classmethod
    def all(cls, name: str, n: int) -> Labels:
        """Give n rows one name."""
        return cls((name,), aside(np.zeros(n, np.int32)))

    @classmethod
    def joined(cls, parts: Sequence[Labels]) -> Labels:
        """Put them one after the other."""
        place = {name: i for i, name in enumerate(dict.fromkeys(name for part in parts for name in part.names))}
        code = [np.array([place[name] for name in part.names], np.int32)[part.code] for part in parts if len(part)]
        return cls(tuple(place), aside(np.concatenate([np.empty(0, np.int32), *code])))

    def are(self, name: str) -> NDArray[np.bool_]:
        """Tell which rows have a name, shape (n,)."""
        return np.asarray(self.code == (self.names.index(name) if name in self.names else -1))

    def __len__(self) -> int:
        return int(self.code.size)

    @overload
    def __getitem__(self, rows: int) -> str: ...
    @overload
    def __getitem__(self, rows: slice | NDArray[np.intp]) -> Labels: ...
    def __getitem__(self, rows: int | slice | NDArray[np.intp]) -> str | Labels:
        if isinstance(rows, slice | np.ndarray):
            return Labels(self.names, aside(self.code[rows]))
        return self.names[int(self.code[rows])]

    def __iter__(self) -> Iterator[str]:
        return map(self.names.__getitem__, self.code.tolist())

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Labels | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
