"""simulate, convert and observe, as a user runs them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import involuntary as iv
from involuntary.cli import main
from involuntary.formats import read_events


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(main, [str(a) for a in arguments])

    return run


def test_a_simulated_recording_comes_with_its_truth_and_parameters(run, tmp_path):
    done = run("simulate", "fasciculation", "-o", "calf.bdf", "--duration", 30, "--seed", 3, "--set", "per_min=60")
    assert (done.exit_code, done.output) == (0, "")
    recording, truth = iv.simulate("fasciculation", duration=30, seed=3, per_min=60)
    written = iv.read(tmp_path / "calf.bdf")
    step = (written.channels[0].highest - written.channels[0].lowest) / 2**24
    assert np.max(np.abs(written.samples(0) - recording.samples(0))) <= step
    (events,) = read_events(tmp_path / "calf_events.tsv")
    assert np.allclose(events.onset_s, truth[0].onset_s, atol=1e-6)
    parameters = json.loads((tmp_path / "calf.json").read_text())
    assert (parameters["simulator"], parameters["seed"], parameters["parameters"]["per_min"]) == (
        "fasciculation",
        3,
        "60.0",
    )


def _validator_errors(dataset):
    validator = shutil.which("bids-validator-deno", path=str(Path(sys.executable).parent))
    if validator is None:
        return []
    done = subprocess.run([validator, "--json", str(dataset)], capture_output=True, text=True, check=False)
    return [issue for issue in json.loads(done.stdout)["issues"]["issues"] if issue.get("severity") == "error"]


def test_a_simulated_dataset_holds_its_truth_among_its_derivatives(run, tmp_path):
    done = run("simulate", "fasciculation", "-o", "calf", "--duration", 20, "--seed", 3)
    assert (done.exit_code, done.output) == (0, "")
    recording, truth = iv.simulate("fasciculation", duration=20, seed=3)
    assert iv.read(tmp_path / "calf").duration_s == recording.duration_s
    folder = tmp_path / "calf" / "derivatives" / "truth" / "sub-01" / "emg"
    (events,) = read_events(folder / "sub-01_task-recording_desc-truth_events.tsv")
    assert np.allclose(events.onset_s, truth[0].onset_s, atol=1e-6)
    assert json.loads((folder / "sub-01_task-recording_desc-truth_events.json").read_text())["seed"] == 3
    description = json.loads((folder.parents[1] / "dataset_description.json").read_text())
    assert description["DatasetType"] == "derivative"
    assert _validator_errors(tmp_path / "calf") == []


def test_the_same_seed_gives_the_same_bytes(run, tmp_path):
    for name in ("a", "b"):
        run("simulate", "rest", "-o", f"{name}.bdf", "--duration", 5, "--seed", 9)
    assert (tmp_path / "a.bdf").read_bytes() == (tmp_path / "b.bdf").read_bytes()


def test_a_converted_recording_holds_the_same_samples(run, tmp_path):
    run("simulate", "fasciculation", "-o", "calf.bdf", "--duration", 10)
    assert run("convert", "calf.bdf", "calf.parquet").exit_code == 0
    before, after = iv.read(tmp_path / "calf.bdf"), iv.read(tmp_path / "calf.parquet")
    for channel in range(len(before.channels)):
        assert np.allclose(before.samples(channel), after.samples(channel), rtol=1e-6, atol=1e-12)


def test_observe_writes_json_alone_to_standard_output(run):
    run("simulate", "rest", "-o", "rest.bdf", "--duration", 10)
    for option in (["--json"], ["-o", "-"]):
        done = run("observe", "rest.bdf", *option)
        assert done.exit_code == 0
        assert json.loads(done.stdout)["recording"]["duration_s"] == 10.0


def test_lists_are_one_a_line_and_for_machines(run):
    for what in ("phenomena", "formats", "simulators", "reports"):
        lines = run("list", what).output.splitlines()
        rows = json.loads(run("list", what, "--json").output)
        assert [line.split()[0] for line in lines] == [row["id"] for row in rows] != []


def _trembling(path, amplitude):
    time = np.arange(4000) / 100
    sway = np.random.default_rng(5).normal(0, 0.02, (3, 4000))
    wave = sway + amplitude * np.sin(2 * np.pi * 5.2 * time)
    lines = [f"{t:.2f},{x:.5f},{y:.5f},{z:.5f}" for t, x, y, z in zip(time, *wave, strict=True)]
    path.write_text("\n".join(["time_s,x_m_s2,y_m_s2,z_m_s2", *lines]) + "\n")


def test_one_recording_a_condition_is_looked_at_together(run, tmp_path):
    _trembling(tmp_path / "rest_hand.csv", 0.0)
    _trembling(tmp_path / "b.csv", 2.0)
    done = run("observe", "rest_hand.csv", "b.csv", "--as", "rest", "--as", "posture", "--json")
    assert done.exit_code == 0, done.output
    found = {f["label"]: f["state"] for f in json.loads(done.output)["findings"]}
    assert found["Postural tremor"] == "present"
    assert found["Resting tremor"] != "present"
    assert "no condition in the name of 'b.csv'" in run("observe", "rest_hand.csv", "b.csv").output
    assert "given once for each recording" in run("observe", "rest_hand.csv", "b.csv", "--as", "rest").output
    shutil.move("b.csv", "postural.csv")
    by_name = run("observe", "rest_hand.csv", "postural.csv", "--json")
    assert json.loads(by_name.output)["findings"] == json.loads(done.output)["findings"]
