"""Run every snippet of the documentation as a test."""

from pathlib import Path

import pytest
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


def pytest_collection_modifyitems(items):
    """Keep the snippets of one page in one process: they build on each other."""
    for item in items:
        if item.path.suffix == ".md":
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(ROOT))))
