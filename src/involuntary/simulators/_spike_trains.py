"""Discharges in and out as spike trains of neo, so that other simulators may give the drive or take the truth."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from involuntary.errors import MissingExtraError
from involuntary.model import Events
from involuntary.simulators._discharges import Discharges

__all__ = ["from_spike_trains", "to_spike_trains"]


def from_spike_trains(trains: Sequence[Any]) -> Discharges:
    """Take spike trains, one a motor unit, in the order of recruitment.

    Parameters
    ----------
    trains : sequence of neo.SpikeTrain
        With any unit of time.
    """
    return Discharges.by_unit([np.asarray(train.rescale("s").magnitude, dtype=np.float64) for train in trains])


def to_spike_trains(truth: Events | Discharges, stop_s: float) -> list[Any]:
    """Give a spike train a motor unit.

    Parameters
    ----------
    truth : Events or Discharges
        Of events the discharge where the generator tells it, else the onset of the potential.
    stop_s : float
        Length of the recording.

    Returns
    -------
    list of neo.SpikeTrain
        In seconds, with ``unit_id`` among the annotations; a unit without a discharge has an empty one.

    Raises
    ------
    MissingExtraError
        If neo is not installed.
    """
    try:
        neo = import_module("neo")
    except ImportError:
        raise MissingExtraError("neo", "formats", "giving spike trains") from None
    if isinstance(truth, Discharges):
        time, unit = truth.time_s, truth.unit
    else:
        time = truth.features.get("discharge_s", truth.onset_s)
        unit = truth.features["unit_id"].astype(np.intp)
    return [
        neo.SpikeTrain(np.sort(time[unit == number]), units="s", t_stop=stop_s, unit_id=number)
        for number in range(int(unit.max(initial=-1)) + 1)
    ]
