"""Many short strings as one array of bytes, decoded only when asked for; and the ones nearest to a misspelling."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Searchable", "closest", "pack", "searchable", "sound", "unpack"]

# Letters that sound alike in English, in this order.
_SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        ("shun|sion|cion|chun", "tion"),
        ("sch", "sk"),
        ("ph", "f"),
        ("c(?=[eiy])", "s"),
        ("ck|ch|qu|c", "k"),
        ("rh", "r"),
        ("x", "ks"),
        ("z", "s"),
        ("y|ie|ei|ee", "i"),
        ("ou|oo", "u"),
        ("ae|oe", "e"),
        (r"(.)\1", r"\1"),
        ("(?<=..)e$", ""),
    )
)
Bytes = npt.NDArray[np.uint8]


def pack(strings: Iterable[str]) -> Bytes:
    """Join single-line strings to one array; `unpack` undoes it. None of them may hold a line feed."""
    return np.frombuffer("".join(f"{s}\n" for s in strings).encode(), dtype=np.uint8)


def unpack(packed: Bytes) -> tuple[str, ...]:
    """Give the strings that `pack` joined."""
    return tuple(packed.tobytes().decode().split("\n")[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class Searchable:
    """Strings with their three-letter runs, made once for many searches.

    Attributes
    ----------
    blob : bytes
        The strings in lower case, each with a line feed behind it.
    starts, ends : ndarray of int64
        Where each string begins and where its line feed stands.
    run, first, owner : ndarray
        Each run once, in order; where its owners begin in `owner`, one more than runs; the strings that hold it.
    """

    blob: bytes
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    run: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


def searchable(packed: Bytes) -> Searchable:
    """Index strings that `pack` joined for `closest`."""
    blob = packed.tobytes().decode().casefold().encode()
    ends = np.flatnonzero(np.frombuffer(blob, dtype=np.uint8) == ord("\n"))
    starts = np.concatenate([np.zeros(1, dtype=ends.dtype), ends[:-1] + 1])
    # A run that begins with the line feed before a string belongs to that string.
    found = _runs(b"\n" + blob).astype(np.int64)
    of = np.searchsorted(starts, np.arange(len(found)), side="right") - 1
    pairs = np.sort(found * max(len(starts), 1) + of)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    runs, owner = np.divmod(pairs, max(len(starts), 1))
    at = np.flatnonzero(np.diff(runs, prepend=-1) > 0)
    return Searchable(blob, starts, ends, runs[at], np.append(at, len(runs)), owner)


def closest(text: str, among: Searchable, n: int = 1) -> list[int]:
    """Give the indices of the `n` strings that look most like `text`, best first.

    Candidates share most three-letter runs (Dice coefficient, case folded); among the best fifty the
    order is that of `difflib.SequenceMatcher`. Ties go to the earlier string.
    """
    wanted = f"\n{' '.join(text.casefold().split())}\n".encode()
    runs = np.unique(_runs(wanted))
    at = np.searchsorted(among.run, runs)
    held = [i for i, run in zip(at.tolist(), runs.tolist(), strict=True) if i < len(among.run) and among.run[i] == run]
    owners = [among.owner[among.first[i] : among.first[i + 1]] for i in held]
    shared = np.bincount(np.concatenate([np.zeros(0, dtype=np.int64), *owners]), minlength=len(among.starts))
    score = 2 * shared / (len(runs) + among.ends - among.starts)
    candidates = np.argsort(-score, kind="stable")[:50].tolist()
    matcher = difflib.SequenceMatcher(b=wanted.decode().strip("\n"), autojunk=False)
    ratio = {}
    for i in candidates:
        matcher.set_seq1(among.blob[among.starts[i] : among.ends[i]].decode())
        ratio[i] = matcher.ratio()
    return sorted(candidates, key=lambda i: (-ratio[i], i))[:n]


def _runs(data: bytes) -> npt.NDArray[np.int32]:
    """Give every run of three bytes as one number."""
    letters = np.frombuffer(data, dtype=np.uint8).astype(np.int32)
    runs: npt.NDArray[np.int32] = (letters[:-2] << 16) | (letters[1:-1] << 8) | letters[2:]
    return runs


def sound(text: str) -> str:
    """Give how a text sounds, roughly: what is written as it is heard has the same.

    Examples
    --------
    >>> sound("korea") == sound("chorea"), sound("fasiculashun") == sound("fasciculation")
    (True, True)
    """
    for written, heard in _SOUNDS:
        text = written.sub(heard, text)
    return text
