"""The list of exports is a promise; importing costs nothing."""

import subprocess
import sys

import pytest

import involuntary

EXPORTS = [
    "Assessment",
    "Case",
    "Channel",
    "ChannelKind",
    "Events",
    "Finding",
    "InvoluntaryError",
    "Observation",
    "ReadOptions",
    "Recording",
    "__version__",
    "assess",
    "explain",
    "join",
    "load",
    "observe",
    "read",
    "read_case",
    "simulate",
    "write",
    "write_report",
]
HEAVY = ("numba", "scipy", "matplotlib", "pyarrow", "pyhpo", "jinja2")


def test_the_exports_are_those_promised():
    assert involuntary.__all__ == EXPORTS == sorted(EXPORTS)
    assert dir(involuntary) == EXPORTS


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_is_there(name):
    assert getattr(involuntary, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'involuntary' has no attribute 'observ'"):
        involuntary.observ  # noqa: B018


@pytest.mark.parametrize(
    "what",
    [
        "import involuntary",
        "import sys; sys.argv[1:] = ['--help']; from involuntary.cli import main; main(standalone_mode=False)",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_used(what):
    code = f"{what}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=None)
    assert done.stderr.strip() == "[]"
