"""The average response to stimuli at one site of a nerve, where there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import response_onsets
from involuntary.detect.stimuli import Stimuli
from involuntary.detect.sweeps import cut
from involuntary.dsp.alike import moved
from involuntary.dsp.latency import leave, main_peak
from involuntary.dsp.smooth import parabolic
from involuntary.model import Recording

__all__ = ["SiteResponse", "site_response"]

Floats = NDArray[np.float64]

# A sensory potential is a fifth as long as a muscle's.
_SENSORY_PACE = 0.2
# A response is so many times as large as what is left where every other sweep is turned over (an engineering choice):
# the heart or a movement that runs beside the stimuli is as large in both.
_REPEATS = 3.0
# Responses whose differences hold more of their power are not of one site and strength (an engineering choice).
_MIXED = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class SiteResponse:
    """What stimuli at one site evoke.

    Attributes
    ----------
    name : str
        Of the site.
    distance_m : float
        From the recording electrode; not-a-number where no mark tells it.
    n : int
        Responses averaged.
    latency_s, peak_s : float
        Of the average: onset and largest peak, from the stimulus.
    negative, area : float
        Of the average: baseline to peak, and the area of that phase over time, in the channel's unit (and seconds).
    mixed : bool
        Whether the responses differ so much from each other that their average is none of them.
    rows : ndarray of int, shape (n,)
        Which of the stimuli they follow.
    each : ndarray, shape (n,)
        Size of each at the peak of the average.
    """

    name: str
    distance_m: float
    n: int
    latency_s: float
    peak_s: float
    negative: float
    area: float
    mixed: bool
    rows: NDArray[np.intp]
    each: Floats


def site_response(
    recording: Recording,
    channel: int,
    given: Stimuli,
    name: str,
    window_s: tuple[float, float, float],
    *,
    sensory: bool,
) -> SiteResponse | None:
    """Measure the average of all responses to one site; none where nothing repeats and stands out of the noise.

    Parameters
    ----------
    recording : Recording
        Holds the channel.
    channel : int
        Its position.
    given : Stimuli
        At one site, sorted by time.
    name : str
        Of the site.
    window_s : (float, float, float)
        End of the artefact, and between which times from the stimulus the response lies.
    sensory : bool
        Whether it is that of a nerve, which is shorter than that of a muscle.
    """
    blank_s, from_s, to_s = window_s
    sweeps = cut(recording, channel, given, to_s, blank_s)
    n = len(sweeps.rows)
    if not n:
        return None
    pieces, later, offset = response_onsets.pieces_of(sweeps, np.arange(n), from_s, to_s)
    each = moved(pieces, -later)
    average = each.mean(axis=0)
    single = float(np.median(sweeps.noise))
    noise, pace = single / np.sqrt(n), _SENSORY_PACE if sensory else 1.0
    smooth, *turned = (
        parabolic(x, sweeps.rate_hz, pace * response_onsets.SMOOTH_S)
        for x in (average, _turned(each, 1), _turned(each, 2))
    )
    if average.size < 8 or not np.ptp(smooth) > max(10 * noise, _REPEATS * max(map(np.ptp, turned))):
        return None
    peak = main_peak(smooth, 0, smooth.size)
    sign = np.sign(smooth[peak])
    after = np.flatnonzero(sign * smooth[peak:] <= 0)
    before = np.flatnonzero(sign * smooth[:peak] <= 0)
    a, b = int(before[-1]) + 1 if before.size else 0, peak + int(after[0]) if after.size else smooth.size
    told = given.distance_m[np.isfinite(given.distance_m)]
    return SiteResponse(
        name,
        float(np.median(told)) if told.size else float("nan"),
        n,
        offset + leave(average, sweeps.rate_hz, peak, 0, pace=pace, noise=noise).place / sweeps.rate_hz,
        offset + peak / sweeps.rate_hz,
        float(abs(smooth[peak])),
        float(np.sum(np.abs(smooth[a:b]))) / sweeps.rate_hz,
        _mixed(each, single),
        sweeps.rows,
        np.abs(each[:, peak]),
    )


def _mixed(sweeps: Floats, noise: float) -> bool:
    """Say whether responses that stand out one by one differ, as of two sites or of growing strength."""
    between = float(np.sum(np.var(sweeps, axis=0))) / max(len(sweeps) - 1, 1) * len(sweeps)
    common, beside = float(np.sum(sweeps.mean(axis=0) ** 2)), sweeps.shape[1] * noise**2
    return len(sweeps) > 1 and between > 4 * beside and between - beside > _MIXED * (common + between - beside)


def _turned(sweeps: Floats, every: int) -> Floats:
    """Give the average with every other one, or pair, turned over: what each stimulus evokes is gone, no more."""
    n = len(sweeps) // (2 * every) * 2 * every
    signs = np.where(np.arange(n) // every % 2, -1.0, 1.0)
    return np.asarray(signs @ sweeps[:n] / max(n, 1))
