"""Events in columns: one row each, whatever their kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError, nearest
from involuntary.model.intervals import Intervals
from involuntary.model.labels import Labels
from involuntary.spool import aside

__all__ = ["EVENT_KINDS", "Events"]

EVENT_KINDS = (
    "potential",  # a fasciculation potential or other single motor-unit event
    "burst",
    "silence",
    "train",  # doublet to multiplet, with features n and rate_hz
    "tonic",  # cramp, spasm, tonic activity
    "clonus",
    "tremor",  # an epoch with tremor
    "limb-movement",
    "stretch-reflex",
    "response",  # M, H, F wave, MEP, blink R1/R2
)


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Events of one kind, sorted by onset. Long columns wait on disk, see `involuntary.spool`.

    Attributes
    ----------
    kind : str
        One of `EVENT_KINDS`.
    channel : Labels, length n
        The recording's own channel name of each event; made from any sequence of names.
    onset_s, duration_s : ndarray of float64, shape (n,)
        Seconds on the recording's clock.
    features : mapping of str to ndarray, each shape (n,)
        Further columns; the unit is in the name, such as ``amplitude_uv``. Not-a-number is *not measured*.

    Raises
    ------
    ParameterError
        If the kind is unknown, the columns differ in length, or onsets are unsorted or not finite.
    """

    kind: str
    channel: Sequence[str]
    onset_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    features: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise ParameterError(
                self.kind,
                f"is no event kind{nearest(self.kind, EVENT_KINDS)}",
                "",
                f"known: {', '.join(EVENT_KINDS)}",
            )
        object.__setattr__(self, "channel", Labels.of(self.channel))
        object.__setattr__(self, "onset_s", _column(self.onset_s))
        object.__setattr__(self, "duration_s", _column(self.duration_s))
        columns = {name: _column(values) for name, values in self.features.items()}
        object.__setattr__(self, "features", MappingProxyType(columns))
        lengths = {
            len(self.channel),
            self.onset_s.size,
            self.duration_s.size,
            *(c.size for c in columns.values()),
        }
        if len(lengths) != 1:
            raise ParameterError("events", "all columns must have one length", f"lengths {sorted(lengths)}")
        if not (
            np.all(np.isfinite(self.onset_s)) and np.all(np.diff(self.onset_s) >= 0) and np.all(self.duration_s >= 0)
        ):
            raise ParameterError(
                "events",
                "onsets must be finite and sorted, durations not negative",
                "",
                "sort them with Events.merged",
            )

    @classmethod
    def none(cls, kind: str, feature_names: Sequence[str] = ()) -> Events:
        """Give no event of that kind."""
        return cls(kind, (), np.empty(0), np.empty(0), {name: np.empty(0) for name in feature_names})

    @classmethod
    def merged(cls, kind: str, parts: Sequence[Events]) -> Events:
        """Join events of one kind, as from several channels, and sort them; missing features are not-a-number."""
        parts = [part for part in parts if len(part)]
        if not parts:
            return cls.none(kind)
        names = list(dict.fromkeys(name for part in parts for name in part.features))
        onset = np.concatenate([part.onset_s for part in parts])
        order = np.argsort(onset, kind="stable")

        def feature(name: str) -> NDArray[np.float64]:
            columns = [part.features.get(name, np.full(len(part), np.nan)) for part in parts]
            return np.concatenate(columns)[order]

        duration = np.concatenate([part.duration_s for part in parts])[order]
        channel = Labels.joined([Labels.of(part.channel) for part in parts])[order]
        return cls(kind, channel, onset[order], duration, {name: feature(name) for name in names})

    def __len__(self) -> int:
        return int(self.onset_s.size)

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Events:
        """Give some rows, by mask, sorted indices or slice."""
        index = np.arange(len(self))[rows]
        features = {name: aside(column[index]) for name, column in self.features.items()}
        channel = Labels.of(self.channel)[index]
        return Events(self.kind, channel, self.onset_s[index], self.duration_s[index], features)

    @property
    def stop_s(self) -> NDArray[np.float64]:
        """End of each event in seconds, shape (n,)."""
        return self.onset_s + self.duration_s

    def on(self, channel: str) -> Events:
        """Give the events of one channel."""
        return self[Labels.of(self.channel).are(channel)]

    def within(self, stretches: Intervals) -> Events:
        """Give the events whose onset lies in the stretches."""
        return self[stretches.contains(self.onset_s)]

    def with_features(self, **columns: NDArray[np.float64]) -> Events:
        """Give the same events with further or replaced columns."""
        return Events(self.kind, self.channel, self.onset_s, self.duration_s, {**self.features, **columns})


def _column(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return aside(np.asarray(values, dtype=np.float64))
