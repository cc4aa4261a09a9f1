"""What tests with stimuli share: measurements of one channel, and the muscle and nerve that names tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.responses import Waves
from involuntary.detect.stimuli import Stimuli
from involuntary.errors import nearest, printable
from involuntary.model import Channel, Events, Measurement, Reference
from involuntary.phenomena._face import ORBICULARIS_OCULI

__all__ = ["BLINK_MS", "Desk", "amount", "is_sensory", "middle", "muscle_of", "named", "responded", "without_limits"]

Floats = NDArray[np.float64]

# How channels and marks abbreviate the muscles and nerves of the norms.
_SHORT = {
    "apb": "abductor pollicis brevis", "adm": "abductor digiti minimi", "edc": "extensor digitorum",
    "ed": "extensor digitorum", "ta": "tibialis anterior", "fr": "frontalis", "tib ant": "tibialis anterior",
    "ext dig": "extensor digitorum", "fdi": "first dorsal interosseous",
    **dict.fromkeys(ORBICULARIS_OCULI, "orbicularis oculi"),
}  # fmt: skip
# The blink reflex, in ms from the stimulus of the supraorbital nerve: its early answer lies between the first two, its
# late one between the last two. Engineering choices.
BLINK_MS = (8.0, 22.0, 90.0)
_SENSORY = ("sensory", "snap", "digit", "sural", "antidromic", "orthodromic")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the measurements of one channel, or of one site of stimulation, are written.

    Attributes
    ----------
    owner : str
        Id of the phenomenon.
    channel : str
        The recording's own name of it.
    place : str
        What follows the id after ``@``: the channel, and the site where there are several.
    time_s : float
        Recording time behind it.
    """

    owner: str
    channel: str
    place: str
    time_s: float

    def write(
        self,
        name: str,
        value: float,
        unit: str,
        n: int,
        method: str,
        source: Reference,
        *,
        quality: str = "good",
        interval: tuple[float, float] | None = None,
    ) -> Measurement:
        """Give one measurement."""
        known = quality if np.isfinite(value) else (quality if quality != "good" else "not measured: nothing there")
        return Measurement(
            f"{self.owner}.{name}@{self.place}", self.owner, self.channel, float(value), unit, n, self.time_s,
            known, method, source, interval,
        )  # fmt: skip


def amount(channel: Channel) -> tuple[float, str]:
    """Give the factor from a channel's samples to the unit that results are printed in, and that unit."""
    factors = {"V": (1e3, "mV"), "m": (1e3, "mm")}
    return factors.get(channel.unit, (1.0, channel.unit))


def responded(channel: str, given: Stimuli, wave: Waves, factor: float, unit: str, late: float) -> Events:
    """Give the waves of one channel as events; `late` tells the later of two from the earlier."""
    rows = np.flatnonzero(wave.present & np.isfinite(wave.latency_s))
    onset = given.time_s[rows] + wave.latency_s[rows]
    order = np.argsort(onset, kind="stable")
    rows, suffix = rows[order], unit.lower()
    features = {
        "latency_ms": 1e3 * wave.latency_s[rows],
        f"amplitude_{suffix}": factor * wave.amplitude[rows],
        "level": given.level[rows],
        "late": np.full(rows.size, late),
    }
    return Events("response", (channel,) * rows.size, onset[order], np.zeros(rows.size), features)


def is_sensory(name: str) -> bool:
    """Say whether a channel's name tells that it lies over a nerve, not over a muscle."""
    return any(word in name.lower() for word in _SENSORY)


def middle(values: Floats) -> float:
    """Give the median of what is known; not-a-number of nothing."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def named(text: str, known: Sequence[str]) -> str:
    """Give the one of `known` that a name holds, written out or abbreviated; empty where it holds none."""
    low = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    whole = [name for name in known if name in low]
    short = [full for words, full in _SHORT.items() if f" {words} " in f" {low} " and full in known]
    return max(whole, key=len) if whole else next(iter(short), "")


def muscle_of(name: str, stated: str, known: Sequence[str]) -> str:
    """Give the one of `known` that a channel lies over: by its name, or as stated where its name tells of no muscle.

    Examples
    --------
    >>> muscle_of("EMG 1", "nasalis", ("nasalis",)), muscle_of("ADM L", "nasalis", ("nasalis",))
    ('nasalis', '')
    """
    return named(name if named(name, (*known, *_SHORT.values())) else stated, known)


def without_limits(what: str, stated: str, known: Sequence[str]) -> str:
    """Say that no limits are known for what a user stated; nothing where they are, or where nothing was stated."""
    if not stated or named(stated, known):
        return ""
    return f"no limits of its own are known for the {what} {printable(stated)!r}{nearest(stated.lower(), known)}"
