"""Columns that wait on disk: the same numbers, less memory, nothing left behind."""

import gc
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from involuntary import spool
from involuntary.spool import Rows, aside


@pytest.mark.parametrize("n", [0, 5, 5000, 40_000, 9_000_000])
def test_what_is_put_aside_is_what_was_given(n):
    given = np.arange(1.0, n + 1)
    kept = aside(given)
    expected = given.copy()
    given[:] = 0.0
    np.testing.assert_array_equal(kept, expected)
    with pytest.raises(ValueError, match="read-only"):
        kept[:1] = 1.0
    assert aside(kept[::2]).tolist() == expected[::2].tolist()


def test_long_columns_lie_in_a_file_and_are_put_there_once():
    column = aside(np.arange(10_000))
    assert isinstance(column.base, memoryview)
    assert aside(column) is column
    assert not isinstance(aside(np.arange(10)).base, memoryview)


def test_without_a_place_for_files_columns_stay_in_memory(monkeypatch):
    def refused(*_given, **_how):
        raise OSError("no room")

    monkeypatch.setattr(spool, "_FILES", spool._Files())
    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    assert aside(np.arange(10_000)).tolist() == list(range(10_000))


def _open_files():
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files as Linux lists them")
def test_a_file_goes_with_the_last_column_in_it(monkeypatch):
    monkeypatch.setattr(spool, "_FILES", spool._Files())
    monkeypatch.setattr(spool, "_FILE", 1 << 20)
    before = _open_files()
    columns = [aside(np.full(10_000, k)) for k in range(200)]
    assert _open_files() >= before + 16
    assert [int(column[7]) for column in columns] == list(range(200))
    del columns
    assert _open_files() <= before + 2


@pytest.mark.parametrize("parts", [[], [3], [0, 1, 0], [10_000, 7, 20_000, 1]])
def test_a_table_gives_its_columns_as_rows_came(parts):
    random, table = np.random.default_rng(2), Rows(3)
    rows = [random.normal(size=(n, 3)) for n in parts]
    for part in rows:
        table.append(part)
    for k in range(3):
        np.testing.assert_array_equal(table.column(k), np.concatenate([np.empty(0), *(part[:, k] for part in rows)]))


_MEASURED = """
import resource, sys
import numpy as np
from involuntary.model import Events
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
n = 100_000
def found(k):
    columns = {f"f{i}_uv": np.full(n, float(i + k)) for i in range(10)}
    return Events("potential", ("a",) * n, np.arange(n, dtype=float), np.ones(n), columns)
found(0)
before = peak()
kept = [found(k) for k in range(40)]
chosen = [events[events.features["f3_uv"] > 0] for events in kept]
assert sum(float(e.features["f9_uv"][-1]) for e in chosen) == sum(9.0 + k for k in range(40))
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
def test_memory_does_not_grow_with_events():
    done = subprocess.run([sys.executable, "-c", _MEASURED], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40  # MiB; the columns alone have 380 twice
