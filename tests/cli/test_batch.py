"""Many cases on the command line: one line each, as each alone; what is interrupted goes on without loss."""

import gzip
import json

import pytest
from click.testing import CliRunner

from involuntary.cli import batch, main

CODES = ["HP:0002380", "HP:0001337", "HP:0001250", "HP:0001332"]
CASES = [{"age": 30 + i, "findings": [{"hpo": code, "state": "present"}]} for i, code in enumerate(CODES)]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, CASES)) + "\n\n")

    def run(*arguments):
        return CliRunner().invoke(main, ["assess", *map(str, arguments)])

    return run


def _lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_is_what_the_case_gives_alone(run, tmp_path):
    done = run("cases.jsonl", "--top", "3", "--jobs", "2")
    assert done.exit_code == 0, done.stderr
    (tmp_path / "one.json").write_text(json.dumps(CASES[1]))
    alone = json.loads(run("one.json", "--top", "3", "-o", "-").stdout)
    found = _lines(done.stdout)
    assert [f["case"] for f in found] == ["cases.jsonl:1", "cases.jsonl:2", "cases.jsonl:3", "cases.jsonl:4"]
    assert found[1]["assessment"] == alone
    assert len(alone["conditions"]) == 3


def test_a_folder_and_a_packed_file_are_many_cases_too(run, tmp_path):
    (tmp_path / "cases").mkdir()
    for i, case in enumerate(CASES[:2]):
        (tmp_path / "cases" / f"{i}.yaml").write_text(json.dumps(case))
    (tmp_path / "cases" / "notes.txt").write_text("no case")
    with gzip.open("cases.jsonl.gz", "wt") as file:
        file.write(json.dumps(CASES[0]) + "\n" + json.dumps(CASES[1]))
    folder = _lines(run("cases", "--jobs", "1").stdout)
    packed = _lines(run("cases.jsonl.gz", "--jobs", "1").stdout)
    assert [f["case"] for f in folder] == ["0.yaml", "1.yaml"]
    assert [f["assessment"] for f in folder] == [f["assessment"] for f in packed]


def test_what_is_refused_says_so_in_its_line_and_keeps_nobody(run, tmp_path):
    (tmp_path / "cases.jsonl").write_bytes(b'{"age": 200}\n\xff\n' + json.dumps(CASES[0]).encode() + b"\n")
    done = run("cases.jsonl", "-o", "out.jsonl", "--jobs", "1")
    found = _lines((tmp_path / "out.jsonl").read_text())
    assert done.exit_code == 1
    assert done.stderr.strip() == "Error: 2 of 3 cases were refused: their lines say why"
    assert "age" in found[0]["refused"]
    assert "UTF-8" in found[1]["refused"]
    assert found[2]["assessment"]["conditions"]


def test_what_an_earlier_run_refused_counts(run, tmp_path, monkeypatch):
    (tmp_path / "cases.jsonl").write_text('{"age": 200}\n' + json.dumps(CASES[0]) + "\n")
    answer = batch._answer

    def interrupted(told, asked):
        if told.name.endswith(":2"):
            raise KeyboardInterrupt
        return answer(told, asked)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "_answer", interrupted)
        run("cases.jsonl", "-o", "out.jsonl", "--jobs", "1")
    done = run("cases.jsonl", "-o", "out.jsonl", "--jobs", "1")
    assert done.exit_code == 1
    assert "1 of 2 cases" in done.stderr


def test_an_interrupted_run_goes_on_and_ends_as_if_it_had_not_been(run, tmp_path, monkeypatch):
    assert run("cases.jsonl", "-o", "whole.jsonl", "--jobs", "1").exit_code == 0
    answer, seen = batch._answer, []

    def interrupted(told, asked):
        seen.append(told.name)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return answer(told, asked)

    monkeypatch.setattr(batch, "_answer", interrupted)
    stopped = run("cases.jsonl", "-o", "out.jsonl", "--jobs", "1")
    assert stopped.exit_code != 0
    assert "goes on from out.jsonl.partial" in stopped.stderr
    assert not (tmp_path / "out.jsonl").exists()
    with (tmp_path / "out.jsonl.partial").open("ab") as file:
        file.write(b'{"case": "cut sho')
    assert run("cases.jsonl", "-o", "out.jsonl", "--jobs", "1").exit_code == 0
    assert seen[3:] == ["cases.jsonl:3", "cases.jsonl:4"]
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not (tmp_path / "out.jsonl.partial").exists()


def test_another_request_begins_anew(run, tmp_path):
    (tmp_path / "out.jsonl.partial").write_bytes(b"another request\n{}\n")
    assert run("cases.jsonl", "-o", "out.jsonl", "--jobs", "1").exit_code == 0
    assert len(_lines((tmp_path / "out.jsonl").read_text())) == 4


def test_many_cases_take_no_recording_and_no_report(run):
    done = run("cases.jsonl", "--report", "out.html")
    assert done.exit_code == 2
    assert "many cases" in done.stderr
