"""Run every snippet of the documentation as a test, each for itself: a reader may take any of them alone."""

from pathlib import Path

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parent
# Scripts that draw the pictures of the documentation, not modules with examples.
collect_ignore_glob = ["docs/images/*.py"]


def _in_a_folder_of_its_own(namespace):
    import os
    import tempfile

    namespace["_back"] = os.getcwd()
    namespace["_folder"] = tempfile.TemporaryDirectory()
    os.chdir(namespace["_folder"].name)


def _leave(namespace):
    import os

    os.chdir(namespace["_back"])
    namespace["_folder"].cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    path=str(ROOT),
    patterns=["README.md", "docs/**/*.md", "docs/*.md"],
    excludes=["docs/_build/**"],
    setup=_in_a_folder_of_its_own,
    teardown=_leave,
).pytest()
