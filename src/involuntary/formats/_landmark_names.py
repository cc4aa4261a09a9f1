"""How a table of landmarks heads its columns: ``<landmark>_x``, ``_y``, perhaps ``_z`` and how sure the tracker is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from involuntary.formats._table import is_time

__all__ = ["SURE", "is_frame", "landmark_of", "landmarks"]

SURE = frozenset({"confidence", "likelihood", "visibility", "score", "presence", "p", "c"})
_COORDINATE = re.compile(r"(?P<landmark>.+)_(?P<what>[xyz]|confidence|likelihood|visibility|score|presence|p|c)", re.I)
_FRAME = re.compile(r"frame(_?(number|index|idx|id|no))?", re.I)
# Parts of the body that trackers name; a motion sensor may lie on a wrist too, but then says what it measures.
_BODY = re.compile(
    r"wrist|nose|thumb|index|middle|ring|pinky|little|finger|palm|hand|elbow|shoulder|hip|knee|ankle|heel|toe|foot|"
    r"eye|ear|mouth|jaw|chin|neck|head|landmark|keypoint|kp\d",
    re.I,
)
_SENSOR = re.compile(
    r"(?<![a-z])(acc|accel|acceleration|accelerometer|gyro?|gyroscope|mag|emg|angle|force)(?![a-z])", re.I
)


def landmark_of(name: str) -> tuple[str, str] | None:
    """Split a column's name into landmark and what it tells of it; None where it is no such column."""
    found = _COORDINATE.fullmatch(name.strip())
    return (found["landmark"], found["what"].lower()) if found else None


def is_frame(name: str) -> bool:
    """Say whether a column of that name counts frames."""
    return _FRAME.fullmatch(name.strip()) is not None


def landmarks(names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Give the columns of every landmark by what they tell; empty where the table holds anything else.

    Parameters
    ----------
    names : sequence of str
        Headers of the columns. Besides landmarks only time and the number of the frame may stand there, and something
        must tell video from a motion sensor: frames, how sure the tracker is, or parts of the body.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rest = []
    for position, name in enumerate(names):
        split = landmark_of(name)
        if split is None:
            rest.append(name)
        else:
            found[split[0]][split[1]] = position
    clock = any(is_time(n) or is_frame(n) for n in rest) and all(is_time(n) or is_frame(n) for n in rest)
    whole = all({"x", "y"} <= set(columns) for columns in found.values())
    sensor = any(_SENSOR.search(landmark.replace("_", " ")) for landmark in found)
    video = (
        any(map(is_frame, rest))
        or any(SURE & set(columns) for columns in found.values())
        or any(_BODY.search(landmark) for landmark in found)
    )
    return dict(found) if found and clock and whole and video and not sensor else {}
