"""The door: help, wrong usage, refusals without a traceback."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from involuntary.cli import main


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


def test_help_names_every_command_and_says_what_it_is_not():
    done = run("--help")
    assert done.exit_code == 0
    for command in ("demo", "observe", "assess", "simulate", "explain", "list", "convert"):
        assert f"\n  {command} " in done.output
    assert "it is no medical device" in done.output


@pytest.mark.parametrize("command", ["demo", "observe", "assess", "simulate", "explain", "list", "convert"])
def test_every_command_has_its_help(command):
    done = run(command, "--help")
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: main {command} ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["observ"],
        ["observe"],
        ["list", "things"],
        ["observe", "x.edf", "--set", "rate_hz"],
        ["observe", "x.edf", "--set", "rate_hz=1", "--set", "rate_hz=2"],
        ["convert", "x.edf", "y.bdf", "--set", "fasciculation.floor=1"],
    ],
)
def test_wrong_usage_exits_with_two(arguments):
    assert run(*arguments).exit_code == 2


def test_a_refusal_is_one_line_on_standard_error_and_exit_one():
    done = subprocess.run(
        [sys.executable, "-m", "involuntary", "observe", "missing.edf"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "Error: missing.edf: no such file; check the path\n"
