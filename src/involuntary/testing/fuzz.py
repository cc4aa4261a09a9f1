"""Damaged copies of files: flips, hostile words, cuts, losses and repeats, from a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["mutated"]

_HEAD = 2048
_WORDS = (
    b"0",
    b"-1",
    b"9",
    b"99999999",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"nan",
    b"1e999",
    b"\x00" * 8,
    b" ",
)


def mutated(random: np.random.Generator, whole: bytes) -> bytes:
    """Give a copy with one to three damages.

    Parameters
    ----------
    random : Generator
        Decides everything.
    whole : bytes
        The sound file.
    """
    raw = bytearray(whole)
    for _ in range(random.integers(1, 4)):
        if raw:
            _MUTATIONS[random.integers(len(_MUTATIONS))](random, raw)
    return bytes(raw)


def _place(random: np.random.Generator, raw: bytearray, within: int | None = None) -> int:
    return int(random.integers(0, min(len(raw), within or len(raw))))


def _flip(random: np.random.Generator, raw: bytearray) -> None:
    for _ in range(random.integers(1, 8)):
        raw[_place(random, raw, _HEAD)] = random.integers(0, 256)


def _word(random: np.random.Generator, raw: bytearray) -> None:
    word, place = _WORDS[random.integers(len(_WORDS))], _place(random, raw, _HEAD)
    raw[place : place + len(word)] = word


def _cut(random: np.random.Generator, raw: bytearray) -> None:
    del raw[_place(random, raw) :]


def _remove(random: np.random.Generator, raw: bytearray) -> None:
    place = _place(random, raw)
    del raw[place : place + int(random.integers(1, 64))]


def _repeat(random: np.random.Generator, raw: bytearray) -> None:
    place = _place(random, raw)
    raw[place:place] = raw[place : place + int(random.integers(1, 64))]


def _bit(random: np.random.Generator, raw: bytearray) -> None:
    raw[_place(random, raw)] ^= 1 << int(random.integers(8))


_MUTATIONS: tuple[Callable[[np.random.Generator, bytearray], None], ...] = (_flip, _word, _cut, _remove, _repeat, _bit)
