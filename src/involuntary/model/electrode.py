"""Where electrodes lay, as a recording's dataset states it."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Electrode"]


@dataclass(frozen=True, slots=True)
class Electrode:
    """One electrode.

    Attributes
    ----------
    name : str
        The dataset's own name of it.
    x, y, z : float
        Position in `unit`; NaN where not stated.
    unit : str
        Such as ``"mm"`` or ``"percent"``; empty where not stated.
    system : str
        Label of the coordinate system; empty where there is one alone.
    group : str
        The grid or array it belongs to.
    channels : tuple of str
        Channels that record from it.
    """

    name: str
    x: float = math.nan
    y: float = math.nan
    z: float = math.nan
    unit: str = ""
    system: str = ""
    group: str = ""
    channels: tuple[str, ...] = ()
