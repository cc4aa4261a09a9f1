"""Jitter: fibre pairs of one unit beside a needle, site after site, voluntarily driven or stimulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.model.labels import Labels
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._discharges import Discharges, gathered, summed, tabulate
from involuntary.simulators._junction import JUNCTIONS, end_plates, transmit
from involuntary.simulators._recording import noise
from involuntary.simulators.base import Generator
from involuntary.spool import Rows, aside

__all__ = ["GENERATOR", "Jitter", "JitterParameters"]

_GUIDELINE = Reference(
    "title:Guidelines for single fiber EMG",
    "Sanders DB, Arimura K, Cui L, et al. Guidelines for single fiber EMG. Clin Neurophysiol 2019;130:1417-1439",
    "jitter of pairs, voluntary and stimulated",
)
_WIDTH_S = 0.0001
_PAUSE_S, _LENGTH_S = 0.5, 0.0006
_FEATURES = ("unit_id", "fibre", "mcd_us", "blocking_percent")


@dataclass(frozen=True, slots=True)
class JitterParameters:
    """What the end-plates are like and how they are recorded.

    Attributes
    ----------
    junction : str
        ``"healthy"``, ``"myasthenic"`` or ``"lambert-eaton"``.
    jitter_us : float
        Jitter (mean consecutive difference) of every pair, or of every fibre where stimulated; not-a-number leaves it
        to the safety factor of the junction.
    stimulated : bool
        Whether the axon is stimulated, with marks, rather than driven at will.
    rate_hz, interval_cv : float
        Of the discharges; a stimulated axon has no variation.
    site_s : float
        Time at one site before the needle is moved on.
    apart_ms : float
        Mean distance of the second potential from the first, or of the potential from the stimulus.
    amplitude_mv : float
        Median height of a potential.
    sampling_hz : float
        Samples a second.
    noise_uv : float
        Root mean square of noise.
    range_uv, resolution_uv : float
        Half the converter's range, and its step.
    """

    junction: str = "healthy"
    jitter_us: float = float("nan")
    stimulated: bool = False
    rate_hz: float = 12.0
    interval_cv: float = 0.12
    site_s: float = 10.0
    apart_ms: float = 1.5
    amplitude_mv: float = 1.0
    sampling_hz: float = 50000.0
    noise_uv: float = 10.0
    range_uv: float = 20000.0
    resolution_uv: float = 0.5


class Jitter(Generator[JitterParameters]):
    """Pairs at one site after another; truth: a ``potential`` a spike, with its pair's jitter and blocking."""

    id = "jitter"
    name = "Neuromuscular jitter"
    references = (_GUIDELINE,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: JitterParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Fire the axon at every site, transmit, and add the spikes."""
        p = parameters
        check(self.id, p, "rate_hz", "site_s", "apart_ms", "amplitude_mv", "sampling_hz", "range_uv")
        if p.junction not in JUNCTIONS:
            raise ParameterError(f"{self.id}.junction", f"must be one of {', '.join(JUNCTIONS)}", repr(p.junction))
        marks: list[Annotation] = []
        truth = Rows(1 + len(_FEATURES))

        def sites() -> Iterator[Discharges]:
            for number, start in enumerate(np.arange(0.0, duration_s, p.site_s).tolist()):
                marks.append(Annotation(start, 0.0, f"jitter site {number + 1}"))
                axon = _axon(start + 0.05, min(start + p.site_s, duration_s) - _PAUSE_S, p, random)
                if p.stimulated:
                    marks.extend(Annotation(float(at), 0.0, "stimulus") for at in axon)
                yield _site(number, axon, p, random, truth)

        fired = gathered(sites())
        reach = p.range_uv * 1e-6
        n = max(1, round(duration_s * p.sampling_hz))
        channel = Channel("needle", ChannelKind.NEEDLE_EMG, "V", p.sampling_hz, n, "µV", -reach, reach)
        spikes = summed(fired, tabulate(_spike, p.sampling_hz, 0.001, 0.001))
        track = Track((channel,), (spikes, noise(p.noise_uv * 1e-6, 1)), p.resolution_uv * 1e-6)
        return record([track], random, annotations=marks), (_told(truth),)


def _axon(start: float, stop: float, p: JitterParameters, random: np.random.Generator) -> Floats:
    count = max(int(1.5 * (stop - start) * p.rate_hz) + 5, 1)
    variation = 0.0 if p.stimulated else p.interval_cv
    steps = np.maximum(1 + variation * random.standard_normal(count), 0.4) / p.rate_hz
    times = start + np.cumsum(steps) - steps[0]
    kept: Floats = times[times < stop]
    return kept


def _site(number: int, axon: Floats, p: JitterParameters, random: np.random.Generator, truth: Rows) -> Discharges:
    """Give the spikes of one site and write them down: a pair, or a single fibre where the axon is stimulated."""
    fibres = 1 if p.stimulated else 2
    sent = transmit(end_plates(JUNCTIONS[p.junction], fibres, random), axon, random)
    if not p.stimulated:
        # The first fibre of a pair triggers: its discharges are the ones that are seen.
        sent.passed[:, 0] = True
    base = 0.001 * np.array([0.5, 0.5 + p.apart_ms * random.uniform(0.6, 1.4)])
    if p.stimulated:
        base = 0.001 * np.array([4.0 + p.apart_ms * random.uniform(0.6, 1.4)])
    height = p.amplitude_mv / 1e3 * random.lognormal(0.0, 0.25, fibres)
    both = sent.passed.all(axis=1)
    mcd = _consecutive_us(sent.delay_s[both])
    # Who fires is the junction's, how much it varies is what was asked for.
    scale = p.jitter_us / mcd if mcd > 0 and not np.isnan(p.jitter_us) else 1.0
    time = axon[:, None] + base[None, :] + scale * sent.delay_s
    rows, which = np.nonzero(sent.passed)
    spikes = time[rows, which]
    mcd *= scale
    blocked = 100.0 * float(np.mean(~both)) if both.size else np.nan
    order = np.argsort(spikes, kind="stable")
    told = np.empty((spikes.size, 1 + len(_FEATURES)))
    told[:, 0] = np.maximum(spikes[order] - _LENGTH_S / 2, 0.0)
    told[:, 1:] = number, 0.0, mcd, blocked
    told[:, 2] = which[order]
    truth.append(told)
    return Discharges.of(spikes, np.zeros(spikes.size, dtype=np.intp), height[which])


def _consecutive_us(delay_s: Floats) -> float:
    """Give the mean consecutive difference of the interval of a pair, or of the latency of one fibre."""
    interval = delay_s[:, -1] - (delay_s[:, 0] if delay_s.shape[1] == 2 else 0.0)
    return 1e6 * float(np.mean(np.abs(np.diff(interval)))) if interval.size > 1 else np.nan


def _told(truth: Rows) -> Events:
    onset = truth.column(0)
    features = {name: truth.column(1 + k) for k, name in enumerate(_FEATURES)}
    return Events("potential", Labels.all("needle", onset.size), onset, aside(np.full(onset.size, _LENGTH_S)), features)


def _spike(time: Floats) -> Floats:
    """Give a single-fibre potential of height 1: positive, sharply negative, positive again."""
    x = (time / _WIDTH_S) ** 2
    wave: Floats = (1 - x) * np.exp(-x / 2)
    return wave[None, None, :]


GENERATOR = Jitter(JitterParameters())
