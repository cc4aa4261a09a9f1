"""A run that is interrupted goes on where it stopped, and ends as if it had not been."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import involuntary
import involuntary as iv
from involuntary.cli import main
from involuntary.detect import bench


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    signals, _ = iv.simulate("rest", duration=20, seed=1, channels=4)
    iv.write(signals, "rest.bdf")

    def run(*arguments):
        return CliRunner().invoke(main, ["observe", "rest.bdf", *arguments])

    return run


@pytest.fixture
def looked(monkeypatch):
    """Channels that were swept; the run is interrupted at those in `stop_at`."""
    channels, stop_at, sweep = [], set(), bench.sweep

    def watched(recording, channel, detectors):
        if channel in stop_at:
            raise KeyboardInterrupt
        channels.extend([channel] if detectors else [])
        return sweep(recording, channel, detectors)

    monkeypatch.setattr(bench, "sweep", watched)
    return channels, stop_at


def test_an_interrupted_run_goes_on_and_gives_the_same_bytes(run, looked, tmp_path):
    channels, stop_at = looked
    assert run("-o", "whole.json").exit_code == 0
    assert not (tmp_path / "whole.json.partial").exists()
    channels.clear()
    stop_at.add(2)
    stopped = run("-o", "out.json")
    assert stopped.exit_code == 1
    assert stopped.stderr.startswith("interrupted: the same command goes on from out.json.partial\n")
    assert not (tmp_path / "out.json").exists()
    assert (tmp_path / "out.json.partial").exists()
    assert channels == [0, 1]
    stop_at.clear()
    channels.clear()
    assert run("-o", "out.json").exit_code == 0
    assert channels == [2, 3]
    assert (tmp_path / "out.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    assert not (tmp_path / "out.json.partial").exists()


@pytest.mark.parametrize("change", ["option", "recording", "garbage"])
def test_another_request_starts_anew(run, looked, tmp_path, change):
    channels, stop_at = looked
    stop_at.add(2)
    run("-o", "out.json")
    stop_at.clear()
    channels.clear()
    more = ["--set", "fasciculation.rest_min_s=10"] if change == "option" else []
    if change == "recording":
        os.utime(tmp_path / "rest.bdf", ns=(1, 1))
    if change == "garbage":
        (tmp_path / "out.json.partial").write_bytes(b"\xff" * 100)
    assert run("-o", "out.json", *more).exit_code == 0
    assert channels == [0, 1, 2, 3]


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_record_that_was_cut_short_is_made_again(run, looked, tmp_path, cut):
    _, stop_at = looked
    assert run("-o", "whole.json").exit_code == 0
    stop_at.add(2)
    run("-o", "out.json")
    stop_at.clear()
    partial = tmp_path / "out.json.partial"
    partial.write_bytes(partial.read_bytes()[:-cut])
    assert run("-o", "out.json").exit_code == 0
    assert (tmp_path / "out.json").read_bytes() == (tmp_path / "whole.json").read_bytes()


def test_a_refused_run_leaves_nothing(run, tmp_path):
    assert run("-o", "out.json", "--set", "nothing=1").exit_code == 1
    assert not (tmp_path / "out.json.partial").exists()


def test_nothing_is_kept_without_a_file_to_write(run, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    assert run("--json").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_process_goes_on(run, tmp_path, how):
    assert run("-o", "whole.json").exit_code == 0
    command = [sys.executable, "-m", "involuntary", "observe", "rest.bdf", "-o", "out.json"]
    environment = {**os.environ, "PYTHONPATH": str(Path(involuntary.__file__).parents[1])}
    partial = tmp_path / "out.json.partial"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as process:
        until = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < until:
            # More than the start: at least one result is there.
            if partial.exists() and partial.stat().st_size > 400:
                process.send_signal(how)
                break
            time.sleep(0.002)
    assert process.returncode != 0, "it was done before it could be killed"
    assert partial.exists()
    assert run("-o", "out.json").exit_code == 0
    assert (tmp_path / "out.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
