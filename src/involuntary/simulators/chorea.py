"""Chorea: a limb that moves at random times in random directions, each movement as smooth as a willed one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._recording import noise
from involuntary.simulators.base import Generator
from involuntary.units import STANDARD_GRAVITY

__all__ = ["GENERATOR", "Chorea", "ChoreaParameters", "Strokes", "strokes_layer"]

_SMOOTH = Reference(
    "doi:10.1523/JNEUROSCI.05-07-01688.1985",
    "Flash T, Hogan N. J Neurosci 1985;5:1688-1703",
    "abstract: movements of least jerk, with bell-shaped speed",
)


@dataclass(frozen=True, slots=True)
class ChoreaParameters:
    """How a forearm moves; engineering choices, since sizes and durations of chorea are not published for sensors.

    Attributes
    ----------
    per_min : float
        Movements a minute.
    length_min_s, length_max_s : float
        Length of one.
    size_deg, size_cv : float
        Mean angle and its coefficient of variation.
    task_share : float
        Part of all that goes to and fro about one axis, as a willed movement does, instead of any way.
    radius_m : float
        From the joint to the accelerometer.
    sampling_hz : float
        Of both sensors.
    gyroscope_noise_deg_s, accelerometer_noise_m_s2 : float
        Root mean square.
    """

    per_min: float = 60.0
    length_min_s: float = 0.2
    length_max_s: float = 0.8
    size_deg: float = 15.0
    size_cv: float = 0.5
    task_share: float = 0.0
    radius_m: float = 0.25
    sampling_hz: float = 100.0
    gyroscope_noise_deg_s: float = 0.3
    accelerometer_noise_m_s2: float = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Movements one after the other.

    Attributes
    ----------
    onset_s, length_s : ndarray, shape (k,)
        Sorted; none begins before the last has ended.
    way : ndarray, shape (k, axes)
        From beginning to end.
    """

    onset_s: Floats
    length_s: Floats
    way: Floats


class Chorea(Generator[ChoreaParameters]):
    """Gyroscope and accelerometer of a forearm at rest; truth: one ``limb-movement`` a movement, on the gyroscope."""

    id = "chorea"
    name = "Chorea of an arm"
    references = (_SMOOTH,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: ChoreaParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the movements and let both sensors feel them."""
        p = parameters
        check(self.id, p, "per_min", "length_min_s", "sampling_hz", "size_deg")
        check_order(self.id, p, ("length_min_s", "length_max_s"))
        drawn = _draw(duration_s, p, random)
        rate, n = p.sampling_hz, max(1, round(duration_s * p.sampling_hz))
        turning = tuple(Channel(f"gyro {a}", ChannelKind.GYROSCOPE, "deg/s", rate, n) for a in "xyz")
        shaking = tuple(Channel(f"acc {a}", ChannelKind.ACCELEROMETER, "m/s²", rate, n) for a in "xyz")
        down = random.standard_normal(3)
        down *= STANDARD_GRAVITY / np.linalg.norm(down)
        along = Strokes(drawn.onset_s, drawn.length_s, np.deg2rad(drawn.way[:, [1, 2, 0]]) * p.radius_m)
        tracks = [
            Track(turning, (strokes_layer(drawn, rate, 1), noise(p.gyroscope_noise_deg_s, 3))),
            Track(shaking, (strokes_layer(along, rate, 2), _constant(down), noise(p.accelerometer_noise_m_s2, 3))),
        ]
        size = np.linalg.norm(drawn.way, axis=1)
        truth = Events("limb-movement", ("gyro x",) * size.size, drawn.onset_s, drawn.length_s, {"size_deg": size})
        return record(tracks, random, annotations=[Annotation(0.0, duration_s, "rest")]), (truth,)


def _draw(duration_s: float, p: ChoreaParameters, random: np.random.Generator) -> Strokes:
    most = int(2 * duration_s * p.per_min / 60) + 20
    length = random.uniform(p.length_min_s, p.length_max_s, most)
    pause = random.exponential(max(60 / p.per_min - float(length.mean()), 0.02), most)
    onset = np.cumsum(pause + length) - length
    kept = onset + length < duration_s
    way = random.standard_normal((most, 3))
    willed = random.uniform(size=most) < p.task_share
    way[willed] = [1.0, 0.0, 0.0] * np.where(np.arange(willed.sum()) % 2, 1.0, -1.0)[:, None]
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    spread = np.sqrt(np.log1p(p.size_cv**2))
    way *= (p.size_deg * np.exp(spread * random.standard_normal(most) - spread**2 / 2))[:, None]
    return Strokes(onset[kept], length[kept], way[kept])


def strokes_layer(strokes: Strokes, rate_hz: float, order: int) -> Layer:
    """Give the layer of the velocity (`order` 1) or acceleration (2) of movements of least jerk, a channel an axis."""
    last = strokes.onset_s + strokes.length_s

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        out = np.zeros((strokes.way.shape[1], stop - first))
        for k in range(int(np.searchsorted(last, first / rate_hz)), strokes.onset_s.size):
            a, b = int(np.ceil(strokes.onset_s[k] * rate_hz)), int(np.floor(last[k] * rate_hz)) + 1
            if a >= stop:
                break
            a, b = max(a, first), min(b, stop)
            x = (np.arange(a, b) / rate_hz - strokes.onset_s[k]) / strokes.length_s[k]
            shape = 30 * x**2 * (1 - x) ** 2 if order == 1 else 60 * x * (1 - x) * (1 - 2 * x)
            out[:, a - first : b - first] += np.outer(strokes.way[k], shape / strokes.length_s[k] ** order)
        return out

    return layer


def _constant(values: Floats) -> Layer:
    return lambda first, stop, _: np.repeat(values[:, None], stop - first, axis=1)


GENERATOR = Chorea(ChoreaParameters())
