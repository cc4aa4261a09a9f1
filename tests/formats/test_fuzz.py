"""Damaged files of every format: the result or one clear refusal, in time and in bounded memory.

Continuous integration runs a fixed number; ``benchmarks/fuzz.py`` runs hours.
"""

import gc
import importlib
import resource
import time

import numpy as np
import pytest

from involuntary.formats import FORMATS, ReadOptions, _neo
from involuntary.testing.formats import contracts_in, refusal_of
from involuntary.testing.fuzz import mutated

# neo leaves files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

COUNT = 30
LONGEST_S = 5.0
MOST_KIB = 1 << 20
MORE_KIB = 1 << 16  # where other tests of this process have been above that already


@pytest.mark.parametrize("name", FORMATS.names())
def test_mutated_files(name, tmp_path):
    before_kib = _peak_kib()  # of other tests in this process
    contracts = contracts_in(importlib.import_module(f"formats.test_{name.replace('-', '_')}"))
    refused = sum(
        _refused(contract, tmp_path / str(i), -(-COUNT // len(contracts)), [COUNT, i, *name.encode()])
        for i, contract in enumerate(contracts)
    )
    _neo._opened.cache_clear()
    gc.collect()
    assert refused > 0
    assert _peak_kib() <= max(before_kib + MORE_KIB, MOST_KIB)


def _peak_kib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _refused(contract, folder, count, seed):
    random = np.random.default_rng(seed)
    folder.mkdir()
    path = contract.fixture(folder)
    sound = {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    refused = 0
    for number in range(count):
        victim = list(sound)[random.integers(len(sound))]
        victim.write_bytes(mutated(random, sound[victim]))
        begun = time.monotonic()
        message = refusal_of(path, ReadOptions(rate_hz=100.0) if number % 2 else contract.options)
        assert time.monotonic() - begun < LONGEST_S, f"{contract} {number}"
        assert "\n" not in message
        assert len(message) < 1000
        refused += bool(message)
        victim.write_bytes(sound[victim])
    return refused
