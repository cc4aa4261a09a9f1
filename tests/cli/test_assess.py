"""assess and demo, as a user runs them."""

import json
import shutil
from importlib import resources

import pytest
from click.testing import CliRunner

from involuntary.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for example in resources.files("involuntary.examples").iterdir():
        if example.name.endswith(".yaml"):
            shutil.copy(str(example), tmp_path / example.name)

    def run(*arguments):
        return CliRunner().invoke(main, [str(a) for a in arguments])

    return run


def test_demo_does_the_whole_job(run, tmp_path):
    done = run("demo", "-o", "out")
    assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "assessment.json",
        "case.yaml",
        "left_calf.bdf",
        "left_calf_events.tsv",
        "report.html",
    }
    assessment = json.loads((tmp_path / "out" / "assessment.json").read_text())
    assert assessment["red_flags"]
    found = assessment["observations"][0]["findings"]
    assert ("HP:0002380", "present") in {(f["hpo"], f["state"]) for f in found}
    assert (tmp_path / "out" / "report.html").read_text().startswith("<!doctype html>")


def test_the_demo_gives_the_same_bytes_twice(run, tmp_path):
    for folder in ("a", "b"):
        assert run("demo", "-o", folder).exit_code == 0
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_top_limits_the_ranking_and_json_stands_alone(run):
    done = run("assess", "rest-tremor.yaml", "--top", "3", "-o", "-")
    assert done.exit_code == 0
    assert [c["rank"] for c in json.loads(done.stdout)["conditions"]] == [1, 2, 3]


def test_a_recording_joins_the_case(run, tmp_path):
    run("simulate", "fasciculation", "-o", "calf.bdf", "--duration", "120", "--seed", "2")
    done = run("assess", "rest-tremor.yaml", "calf.bdf", "-o", "out.json", "--report", "out.html")
    assert done.exit_code == 0, done.output
    assessment = json.loads((tmp_path / "out.json").read_text())
    assert len(assessment["observations"]) == 1
    assert done.output.startswith("Urgency: ")


def test_a_refused_case_is_one_line_and_exit_one(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("agee: 3\n")
    done = run("assess", "bad.yaml")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: bad.yaml: unknown key 'agee' (did you mean 'age'?); known keys: ")
    assert done.stderr.count("\n") == 1


def test_a_missing_release_is_refused(run):
    done = run("assess", "rest-tremor.yaml", "--knowledge", "nowhere")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
