"""Which responses lie beyond the end of the recorder's range, so that their size is not known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.bench import Bench
from involuntary.detect.usable import UsableRule
from involuntary.model import Intervals

__all__ = ["clipped_after"]


def clipped_after(
    bench: Bench, channel: int, time_s: NDArray[np.float64], from_s: float, to_s: float
) -> NDArray[np.bool_]:
    """Say after which stimuli a channel lies at the end of its range between two times.

    The artefact of the stimulus often does; it is over before `from_s`.

    Parameters
    ----------
    bench : Bench
        Holds the recording, and what of it is clipped.
    channel : int
        Position of the channel.
    time_s : ndarray, shape (k,)
        Of the stimuli, on the recording's clock.
    from_s, to_s : float
        Window from the stimulus.

    Returns
    -------
    ndarray of bool, shape (k,)
    """
    found = dict(bench.usable(channel).unusable).get("clipped")
    if found is None:
        return np.zeros(time_s.size, dtype=np.bool_)
    # The margin around a clipped run is not clipped itself.
    margin = UsableRule().clipped_margin_s
    core = np.column_stack([found.start_s + margin, found.stop_s - margin])
    clipped = Intervals.union_of(core[core[:, 1] > core[:, 0]])
    return np.asarray(clipped.seconds_within(time_s + from_s, time_s + to_s) > 0)
