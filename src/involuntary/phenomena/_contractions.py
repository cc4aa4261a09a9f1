"""Contractions that last: found on every channel, joined across channels, told apart by what was marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import tonic
from involuntary.detect.bench import Bench
from involuntary.model import Events, Intervals, Recording

__all__ = [
    "ONE_CONTRACTION",
    "Episode",
    "as_events",
    "episodes",
    "marked",
    "muscle_of",
    "shared_s",
    "sustained",
    "willed",
]

Floats = NDArray[np.float64]

# The one relation between cramp and spasm, which both say when they name a contraction.
ONE_CONTRACTION = (
    "a contraction that cramp and spasm both name is one and the same: the muscle does not tell them apart; a cramp"
    " hurts and yields to stretch, a spasm comes with a lesion of the central nervous system"
)
_TELLING = 0.3
_WILLED = ("voluntary", "effort", "mvc", "contract", "squeeze", "exercise")
# What channel names say of a muscle, and which way it moves its limb: a table, not anatomy.
_MUSCLES = {
    "flexor": (
        "tibialis anterior", "hamstring", "biceps femoris", "semitendinosus", "semimembranosus", "iliopsoas", "psoas",
        "biceps", "brachialis", "flexor",
    ),
    "extensor": (
        "quadriceps", "rectus femoris", "vastus", "soleus", "gastrocnemius", "calf", "triceps", "gluteus", "extensor",
        "erector", "paraspinal",
    ),
    "adductor": ("adductor", "gracilis", "pectoralis"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Episode:
    """One contraction across channels: its stretch, and by channel the rows of what was found there."""

    start_s: float
    stop_s: float
    channels: tuple[str, ...]
    onsets_s: tuple[float, ...]
    rms: tuple[float, ...]
    active_s: tuple[float, ...]

    @property
    def spread_s(self) -> float:
        """From the first channel's onset to the last's."""
        return max(self.onsets_s) - min(self.onsets_s)

    @property
    def leading(self) -> str:
        """The channel in which it is strongest for longest."""
        weight = [rms * active for rms, active in zip(self.rms, self.active_s, strict=True)]
        return self.channels[int(np.argmax(weight))]


@cache
def muscle_of(name: str) -> str:
    """Say which way the muscle of a channel's name moves its limb: flexor, extensor, adductor; empty if unknown.

    The ankle's dorsiflexor is a flexor and its plantar flexors are extensors, as in flexor and extensor spasms.
    """
    plain = re.sub(r"[^a-z]+", " ", name.lower())
    found = [(len(word), group) for group, words in _MUSCLES.items() for word in words if word in plain]
    return max(found)[1] if found else ""


def sustained(bench: Bench, channel: int, shortest_s: float) -> Events:
    """Give the tonic activity of a channel in its usable time that lasts so long."""
    found = bench.detect(tonic.detect, channel, tonic.TonicRule())
    usable = bench.usable(channel).stretches
    middle = found.onset_s + found.duration_s / 2
    return found[(found.duration_s >= shortest_s) & usable.contains(middle)]


def episodes(parts: Sequence[Events], merge_s: float) -> list[Episode]:
    """Join what several channels show at one time; rests of all channels up to `merge_s` lie within one contraction."""
    every = Events.merged("tonic", list(parts))
    spans = Intervals.union_of(np.column_stack([every.onset_s, every.stop_s]), merge_s)
    rms = next((every.features[n] for n in ("rms_uv", "rms_count") if n in every.features), every.duration_s)
    edges = [*np.searchsorted(every.onset_s, spans.start_s).tolist(), len(every)]
    return [
        _episode(
            every.channel[a:b], every.onset_s[a:b].tolist(), every.duration_s[a:b].tolist(), rms[a:b].tolist()
        )
        for a, b in pairwise(edges)
    ]  # fmt: skip


def _episode(channels: Sequence[str], onset: list[float], duration: list[float], rms: list[float]) -> Episode:
    by_channel: dict[str, list[int]] = {}
    for i, name in enumerate(channels):
        by_channel.setdefault(name, []).append(i)
    # What is weak beside the strongest muscle says little of where the contraction begins and ends.
    strong = [i for i, one in enumerate(rms) if one >= _TELLING * max(rms)]
    return Episode(
        min(onset[i] for i in strong),
        max(onset[i] + duration[i] for i in strong),
        tuple(by_channel),
        tuple(onset[own[0]] for own in by_channel.values()),
        tuple(max(rms[i] for i in own) for own in by_channel.values()),
        tuple(sum(duration[i] for i in own) for own in by_channel.values()),
    )


def as_events(found: Sequence[Episode], **more: Sequence[float]) -> Events:
    """Give one ``tonic`` a contraction, on the channel that leads, with further columns."""
    columns = {"channels_n": [len(e.channels) for e in found], "spread_s": [e.spread_s for e in found], **more}
    return Events(
        "tonic",
        tuple(e.leading for e in found),
        np.array([e.start_s for e in found]),
        np.array([e.stop_s - e.start_s for e in found]),
        {name: np.array(values, dtype=np.float64) for name, values in columns.items()},
    )


def shared_s(found: Sequence[Episode], stretches: Intervals) -> Floats:
    """Give how many seconds of each contraction lie in the stretches, shape (n,)."""
    return stretches.seconds_within(np.array([e.start_s for e in found]), np.array([e.stop_s for e in found]))


def marked(recording: Recording, words: Sequence[str], around_s: float = 0.0) -> Intervals:
    """Give when marks of the recording hold one of these words, and so much before and after."""
    return Intervals.union_of(
        [
            (mark.onset_s - around_s, mark.onset_s + max(mark.duration_s, 1e-3) + around_s)
            for mark in recording.annotations
            if any(word in mark.text.lower() for word in words) and not mark.text.lower().startswith(("no ", "not "))
        ]
    )


def willed(recording: Recording) -> Intervals:
    """Give when marks say that the person contracted at will."""
    return marked(recording, _WILLED, 0.5)
