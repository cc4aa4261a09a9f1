"""Scale, mains, band and envelope in one go: plain NumPy, or compiled kernels where they save more than they cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp import mains
from involuntary.dsp.bands import reflect, settling_s, zero_phase
from involuntary.dsp.envelope import rms_envelope
from involuntary.dsp.fourier import GREATEST, circle, factors, ways

__all__ = ["Band", "Buffers", "condition", "lent_buffers", "sections"]

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]
Floats = NDArray[np.floating]
D = TypeVar("D", bound=np.generic)


class Band(NamedTuple):
    """Zero-phase band, and the width of the triangle under which the envelope is the root mean square."""

    low_hz: float
    high_hz: float
    window_s: float


class Buffers:
    """Arrays that are lent block after block: fresh memory costs more than the work that is done in it.

    One for each pass over a channel; what is taken under a name is overwritten when that name is taken again.
    """

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[np.generic]] = {}

    def take(self, name: str, size: int, dtype: type[D]) -> NDArray[D]:
        """Give an array of so many numbers, its content undefined."""
        kept = self._kept.get(name)
        if kept is None or kept.size < size or kept.dtype != dtype:
            room = np.empty(size + _LINE, dtype=dtype)
            first = -room.ctypes.data % _LINE // room.itemsize  # what lies across two lines of memory is fetched twice
            kept = self._kept[name] = room[first : first + size]
        return kept[:size]  # type: ignore[return-value]


@contextmanager
def lent_buffers() -> Iterator[Buffers]:
    """Lend buffers that an earlier pass gave back, or new ones; no two borrowers share any."""
    try:
        buffers = _BUFFERS.pop()
    except IndexError:
        buffers = Buffers()
    try:
        yield buffers
    finally:
        if len(_BUFFERS) < _MOST_KEPT:
            _BUFFERS.append(buffers)


_BUFFERS: list[Buffers] = []
_MOST_KEPT = 2
_LINE = 64


def condition(
    samples: Samples, scale: float, rate_hz: float, wanted: Band, hop: int | None, buffers: Buffers | None = None
) -> tuple[Floats, Floats]:
    """Scale, subtract mains, filter to a band and take the envelope.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    scale : float
        Factor on the samples.
    rate_hz : float
    wanted : Band
    hop : int or None
        Samples from window to window of `involuntary.dsp.mains.remove`; None to leave mains in.
    buffers : Buffers, optional
        Use the compiled kernels, with this memory: the results are overwritten by the next call. They agree with the
        plain ones, which are their slow twin, to 1e-5 of the largest sample less the first: what lies between the
        passes is in single precision, the filters themselves are not. Short signals are left to the slow twin.

    Returns
    -------
    wave, envelope : ndarray, shape (n,)
        `involuntary.dsp.bands.zero_phase` and its `involuntary.dsp.envelope.rms_envelope`.
    """
    if buffers is not None and _worth_lanes(samples.size, rate_hz, wanted, hop):
        return _compiled(samples, scale, rate_hz, wanted, hop, buffers)
    scaled = samples * scale
    clean = scaled if hop is None else mains.remove(scaled, rate_hz, hop)
    wave = zero_phase(clean, rate_hz, wanted.low_hz, wanted.high_hz)
    return wave, rms_envelope(wave, rate_hz, wanted.window_s)


def _worth_lanes(n: int, rate_hz: float, wanted: Band, hop: int | None) -> bool:
    """Tell whether the kernels can do it and have enough to do."""
    pad, half = math.ceil(settling_s(wanted.low_hz) * rate_hz), round(wanted.window_s * rate_hz / 2)
    if wanted.low_hz <= 0 or half < 2 or pad <= 3 * half or n < 64 * pad:
        return False
    return hop is None or (2 * hop <= n and _transformable(hop))


def _transformable(hop: int) -> bool:
    return hop >= 32 and hop % 2 == 0 and max(factors(hop).tolist()) <= GREATEST


def _compiled(
    samples: Samples, scale: float, rate_hz: float, wanted: Band, hop: int | None, buffers: Buffers
) -> tuple[Floats, Floats]:
    from involuntary.dsp import kernels

    n, width = samples.size, kernels.LANES // 2
    pad = _whole(math.ceil(settling_s(wanted.low_hz) * rate_hz), width)
    half = round(wanted.window_s * rate_hz / 2)
    length = _odd_lines(-(-n // kernels.LANES), width)
    total, rows = kernels.LANES * length, length + 2 * pad
    room = pad + max(total + pad, 0 if hop is None else _mains_room(n, hop, width))
    padded = buffers.take("padded", room, np.float32)
    if hop is None:
        np.multiply(samples - samples[0], scale, out=padded[pad : pad + n])
    else:
        _without_mains(samples, scale, rate_hz, hop, buffers, padded[pad:])
    padded = padded[: total + 2 * pad]
    reflect(padded, pad, n)
    lanes, envelope = buffers.take("lanes", width * rows, np.float32), buffers.take("envelope", total, np.float32)
    # What is filtered takes the place of what has been: where half of the stretches end, the others begin.
    wave = padded[:total]
    high, low = sections(rate_hz, wanted.low_hz, wanted.high_hz)
    for first in (0, width):
        kernels.forwards(padded, first, high, low, length, rows, lanes)
        kernels.backwards(lanes, first, rows, pad, high, low, half, wave, envelope)
    wave, envelope = wave[:n], envelope[:n]
    # At the ends the envelope sees what there is, and not what was made up to let the filters settle.
    near = 4 * half
    for end, kept in ((slice(0, near), slice(0, near // 2)), (slice(n - near, n), slice(near // 2, near))):
        envelope[end][kept] = rms_envelope(wave[end].astype(np.float64), rate_hz, wanted.window_s)[kept]
    return wave, envelope


def _whole(length: int, width: int) -> int:
    return width * -(-length // width)


def _odd_lines(length: int, width: int) -> int:
    """Lengthen to an odd number of cache lines, so that the lanes' stretches do not all fall into the same sets."""
    lines = -(-length // width)
    return width * (lines + 1 - lines % 2)


def _mains_room(n: int, hop: int, width: int) -> int:
    """Give what `_without_mains` writes in: a vector more at either end, and all of the last `width` windows."""
    return width + max(n + width, (_whole(n // hop - 1, width) + 1) * hop)


def _without_mains(samples: Samples, scale: float, rate_hz: float, hop: int, buffers: Buffers, out: Singles) -> None:
    """Write the scaled samples less the first and mains, as `involuntary.dsp.mains.remove`, in single precision."""
    from involuntary.dsp import mains_kernels as kernels
    from involuntary.dsp.vectors import WIDTH as width  # noqa: N811

    look = mains.Look.at(rate_hz, hop)
    n, count = samples.size, samples.size // hop - 1
    mean, half = np.empty((count + 1, hop // look.tenth)), np.empty((count + 1, look.looked_at))
    # A vector ahead of what is written from it: the last of a hop may reach into the next.
    single = out[width:]
    kernels.measured(samples, hop, look.tenth, look.period, mains.EVERY, single, mean, half)
    level, reach = np.empty((count, 2 * mean.shape[1])), np.empty(count)
    kernels.usual(mean, half, mains.CLIP, level, reach)
    most = max(1, *(len(near) for near in look.near))
    number, position, amplitude = np.empty(count, np.intp), np.zeros((count, most)), np.zeros((count, most, 2))
    kernels.fit(
        single, hop, look.centres, level, reach, look.hann,
        circle(2 * hop), ways(hop), look.wanted, look.near, mains.NEIGHBOURS, mains.ABOVE_NEIGHBOURS,
        buffers.take("transform", 3 * hop * width, np.float32), number, position, amplitude,
    )  # fmt: skip
    weights = mains.weights(2 * half.shape[1]), mains.weights(2 * mean.shape[1])
    source = np.empty(count, np.intp)
    kernels.lend(mean, half, level, weights, mains.ASTRAY, hop, number, position, amplitude, source)
    kernels.subtract(single, n, scale, hop, number, position, amplitude, look.hann, out)


def sections(rate_hz: float, low_hz: float, high_hz: float) -> tuple[Samples, Samples]:
    """Give b0, b1, b2, a1, a2 of the second-order high-pass and low-pass of one pass of `zero_phase`.

    A side that is not asked for passes everything.
    """
    shift = (math.sqrt(2) - 1) ** 0.25
    everything = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    high, low = everything, everything
    if low_hz > 0:
        k = math.tan(math.pi * low_hz / rate_hz) * shift
        high = np.array([1.0, -2.0, 1.0, *_poles(k)]) / _norm(k)
    if high_hz < rate_hz / 2:
        k = math.tan(math.pi * high_hz / rate_hz) / shift
        low = np.array([k * k, 2 * k * k, k * k, *_poles(k)]) / _norm(k)
    return high, low


def _poles(k: float) -> tuple[float, float]:
    return 2 * (k * k - 1), 1 - math.sqrt(2) * k + k * k


def _norm(k: float) -> float:
    return 1 + math.sqrt(2) * k + k * k
