"""Many short strings as one array of bytes, decoded only when asked for; and the ones nearest to a misspelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

__all__ = ["closest", "pack", "unpack"]

Bytes = npt.NDArray[np.uint8]


def pack(strings: Iterable[str]) -> Bytes:
    """Join single-line strings to one array; `unpack` undoes it. None of them may hold a line feed."""
    return np.frombuffer("".join(f"{s}\n" for s in strings).encode(), dtype=np.uint8)


def unpack(packed: Bytes) -> tuple[str, ...]:
    """Give the strings that `pack` joined."""
    return tuple(packed.tobytes().decode().split("\n")[:-1])


def closest(text: str, packed: Bytes, n: int = 1) -> list[int]:
    """Give the indices of the `n` strings that look most like `text`, best first.

    Candidates share most three-letter runs (Dice coefficient, case folded); among the best fifty the
    order is that of `difflib.SequenceMatcher`. Ties go to the earlier string.
    """
    blob = packed.tobytes().decode().casefold().encode()
    ends = np.flatnonzero(np.frombuffer(blob, dtype=np.uint8) == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    wanted = f"\n{' '.join(text.casefold().split())}\n".encode()
    runs = np.unique(_runs(wanted))
    # A run that begins with the line feed before a string belongs to that string.
    found = _runs(b"\n" + blob)
    known = np.zeros(1 << 24, dtype=np.bool_)
    known[runs] = True
    places = np.flatnonzero(known[found])
    owner = np.searchsorted(starts, places, side="right") - 1
    pairs = np.unique(owner * len(runs) + np.searchsorted(runs, found[places]))
    shared = np.bincount(pairs // len(runs), minlength=len(starts))
    score = 2 * shared / (len(runs) + ends - starts)
    candidates = np.argsort(-score, kind="stable")[:50].tolist()
    matcher = difflib.SequenceMatcher(b=wanted.decode().strip("\n"), autojunk=False)
    ratio = {}
    for i in candidates:
        matcher.set_seq1(blob[starts[i] : ends[i]].decode())
        ratio[i] = matcher.ratio()
    return sorted(candidates, key=lambda i: (-ratio[i], i))[:n]


def _runs(data: bytes) -> npt.NDArray[np.int32]:
    """Give every run of three bytes as one number."""
    letters = np.frombuffer(data, dtype=np.uint8).astype(np.int32)
    runs: npt.NDArray[np.int32] = (letters[:-2] << 16) | (letters[1:-1] << 8) | letters[2:]
    return runs
