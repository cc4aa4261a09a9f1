"""Detect, measure and explain involuntary muscle contractions.

Recordings and histories become findings with their evidence; a transparent reasoner weighs them.
It supports a clinician's judgement; it is no medical device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from involuntary._version import __version__

if TYPE_CHECKING:
    from involuntary.errors import InvoluntaryError
    from involuntary.formats import ReadOptions, read, write
    from involuntary.intake import read_case
    from involuntary.knowledge import explain, load
    from involuntary.model import (
        Assessment,
        Case,
        Channel,
        ChannelKind,
        Events,
        Finding,
        Observation,
        Recording,
        join,
    )
    from involuntary.phenomena import observe
    from involuntary.reason import assess
    from involuntary.reports import write_report
    from involuntary.simulators import simulate

__all__ = [
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

_HOME = {
    **dict.fromkeys(
        ("Assessment", "Case", "Channel", "ChannelKind", "Events", "Finding", "Observation", "Recording", "join"),
        "model",
    ),
    **dict.fromkeys(("ReadOptions", "read", "write"), "formats"),
    **dict.fromkeys(("explain", "load"), "knowledge"),
    "InvoluntaryError": "errors",
    "assess": "reason",
    "observe": "phenomena",
    "read_case": "intake",
    "simulate": "simulators",
    "write_report": "reports",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that importing the package costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
