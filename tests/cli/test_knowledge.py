import copy

import pytest
from click.testing import CliRunner

from involuntary.cli import main
from knowledge.world import ENTRIES, world


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("INVOLUNTARY_CACHE", str(tmp_path / "cache"))

    def run(*arguments, entries=ENTRIES):
        world(tmp_path, entries)
        folders = ["--knowledge", str(tmp_path / "release"), "--entries", str(tmp_path / "entries")]
        return CliRunner().invoke(main, ["knowledge", *folders, *arguments])

    return run


def test_check_is_silent_where_nothing_is_wrong(run):
    done = run("check")
    assert (done.exit_code, done.output) == (0, "")


def test_check_tells_each_problem_in_a_line_and_fails(run):
    entries = copy.deepcopy(ENTRIES)
    entries["phenomena/twitch"]["parent"] = "x"
    done = run("check", entries=entries)
    assert done.exit_code == 1
    assert done.output == "phenomena/twitch.yaml: no entry 'x' in phenomena\nError: 1 problems\n"


def test_coverage_fails_only_where_asked_to(run):
    assert run("coverage").exit_code == 0
    done = run("coverage", "--strict", "--list")
    assert done.exit_code == 1
    assert "  conditions/disease.yaml: exposures[0]: expert-judgement\n" in done.output
    assert done.output.endswith("Error: not everything is covered\n")


def test_a_sample_is_a_table(run):
    assert run("sample", "-n", "1").output.splitlines()[0] == "place,says,source,where,holds (yes/no),note"


def test_export_writes_its_files(run, tmp_path):
    assert run("export", str(tmp_path / "out")).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "edges.jsonl",
        "nodes.jsonl",
        "phenotype.hpoa",
    ]
