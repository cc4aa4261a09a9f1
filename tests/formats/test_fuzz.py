"""Damaged files of every format: the result or one clear refusal, in time and in bounded memory.

Continuous integration runs a fixed number; ``INVOLUNTARY_FUZZ=200000 pytest tests/formats/test_fuzz.py`` runs longer.
"""

import importlib
import os
import resource
import time

import numpy as np
import pytest

from involuntary.formats import ReadOptions
from involuntary.testing.formats import refusal_of

COUNT = int(os.environ.get("INVOLUNTARY_FUZZ", "40"))
MODULES = (
    "edf",
    "bdf",
    "text",
    "delsys",
    "xdf",
    "wfdb",
    "matlab",
    "hdf5",
    "c3d",
    "parquet",
    "brainvision",
    "emg_bids",
    "nwb",
)
LONGEST_S = 5.0
MOST_KIB = 1 << 20
WORDS = [b"0", b"-1", b"9", b"99999999", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"nan", b"1e999", b"\x00" * 8, b" "]


def _flip(random, raw):
    for place in random.integers(0, min(len(raw), 2048), random.integers(1, 8)):
        raw[place] = random.integers(0, 256)


def _word(random, raw):
    word = WORDS[random.integers(len(WORDS))]
    place = int(random.integers(0, min(len(raw), 2048)))
    raw[place : place + len(word)] = word


def _cut(random, raw):
    del raw[int(random.integers(0, len(raw))) :]


def _remove(random, raw):
    place = int(random.integers(0, len(raw)))
    del raw[place : place + int(random.integers(1, 64))]


def _repeat(random, raw):
    place = int(random.integers(0, len(raw)))
    raw[place:place] = raw[place : place + int(random.integers(1, 64))]


def _anywhere(random, raw):
    raw[int(random.integers(0, len(raw)))] ^= 1 << int(random.integers(8))


MUTATIONS = (_flip, _word, _cut, _remove, _repeat, _anywhere)


@pytest.mark.parametrize("module", MODULES)
def test_mutated_files(module, tmp_path):
    contract = importlib.import_module(f"formats.test_{module}").TestContract()
    random = np.random.default_rng([COUNT, *module.encode()])
    path = contract.fixture(tmp_path)
    whole = path.read_bytes()
    refused = 0
    for number in range(COUNT):
        raw = bytearray(whole)
        for _ in range(random.integers(1, 4)):
            MUTATIONS[random.integers(len(MUTATIONS))](random, raw) if raw else None
        path.write_bytes(raw)
        begun = time.monotonic()
        message = refusal_of(path, ReadOptions(rate_hz=100.0) if number % 2 else contract.options)
        assert time.monotonic() - begun < LONGEST_S, f"{module} {number}"
        assert "\n" not in message
        assert len(message) < 1000
        refused += bool(message)
    assert refused > 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST_KIB
