"""Readers that others keep: imported when needed, and their many ways to fail turned into one."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from involuntary.errors import InvoluntaryError, MissingExtraError, RecordingError

__all__ = ["foreign_reader", "optional_module"]


def optional_module(name: str, extra: str, purpose: str) -> Any:
    """Import a module of an optional dependency.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(name.partition(".")[0], extra, purpose) from None


@contextmanager
def foreign_reader(path: Path, package: str) -> Iterator[None]:
    """Turn whatever a foreign reader raises into one refusal; its messages may carry paths and are left out.

    Raises
    ------
    RecordingError
        If it fails.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except InvoluntaryError:
        raise
    except Exception as error:  # parsers raise exceptions of their own that derive from nothing in common
        raise RecordingError(
            path.name,
            f"could not be read by {package}",
            type(error).__name__,
            "the file is damaged or of a variant that the reader does not know: export it again",
        ) from None
