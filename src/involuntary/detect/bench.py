"""The bench: one recording, and what was already detected in it, so that nothing is filtered twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, MutableMapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from involuntary.detect import (
    background,
    bursts,
    clonus,
    contacts,
    gaps,
    heart,
    jerks,
    potentials,
    silences,
    stimuli,
    tonic,
    trains,
    usable,
)
from involuntary.detect.abreast import abreast, readable_abreast
from involuntary.detect.sweep import Detector, sweep
from involuntary.model import Events, HeartSummary, Intervals, Recording, RecordingSummary

__all__ = ["Bench", "SweptRule"]

T = TypeVar("T")
R = TypeVar("R", bound=Hashable, contravariant=True)

_DETECTORS: dict[type, Detector[Any, Any]] = {
    background.BackgroundRule: background.BACKGROUND,
    bursts.BurstRule: bursts.BURSTS,
    clonus.ClonusRule: clonus.CLONUS,
    jerks.JerkRule: jerks.JERKS,
    potentials.PotentialRule: potentials.POTENTIALS,
    silences.SilenceRule: silences.SILENCES,
    tonic.TonicRule: tonic.TONIC,
    trains.TrainRule: trains.TRAINS,
}

SweptRule = (
    background.BackgroundRule
    | bursts.BurstRule
    | clonus.ClonusRule
    | jerks.JerkRule
    | potentials.PotentialRule
    | silences.SilenceRule
    | tonic.TonicRule
    | trains.TrainRule
)
Found = dict[tuple[object, ...], object]
_HEART = f"{heart.detect.__module__}.{heart.detect.__qualname__}"
_BRIDGED: tuple[object, ...] = (contacts.bridged.__qualname__, -1, contacts.BridgeRule())


class Bench:
    """A recording under examination; detections are made once per channel and rule, and kept.

    Parameters
    ----------
    recording : Recording
        What is examined.
    kept : mutable mapping, optional
        Where detections are kept, and found where they were made before; in memory if None.
    changed : collection of int
        Channels from which the heart was subtracted: their detections are not those of the recording as it came.
    """

    def __init__(
        self,
        recording: Recording,
        kept: MutableMapping[tuple[object, ...], object] | None = None,
        changed: Collection[int] = (),
    ) -> None:
        self.recording = recording
        self._kept = {} if kept is None else kept
        self._changed = frozenset(changed)
        self._muscle: Bench | None = None
        self._claims: dict[str, tuple[bool, tuple[Events, ...]]] = {}

    def claim(self, owner: str, named: bool, events: tuple[Events, ...]) -> None:
        """Keep what a phenomenon has found, and whether it named it, for others to leave to it."""
        self._claims[owner] = named, events

    def claimed(self, owner: str) -> tuple[bool, tuple[Events, ...]] | None:
        """Give whether a phenomenon was named, and what it found; None where it was not looked for."""
        return self._claims.get(owner)

    def detect(self, detector: Callable[[Recording, int, R], T], channel: int, rule: R) -> T:
        """Give ``detector(recording, channel, rule)``, computed when first asked for.

        Parameters
        ----------
        detector : callable
            A function of this wing, such as `involuntary.detect.potentials.detect`.
        channel : int
            Position of the channel.
        rule : hashable
            The detector's frozen parameters.
        """
        key = self._key(f"{detector.__module__}.{detector.__qualname__}", channel, rule)
        if key not in self._kept:
            self._kept[key] = detector(self.recording, channel, rule)
        return self._kept[key]  # type: ignore[return-value]

    def _key(self, detector: str, channel: int, rule: Hashable) -> tuple[object, ...]:
        return (f"without heart: {detector}" if channel in self._changed else detector, channel, rule)

    def sweep(self, channel: int, *rules: SweptRule) -> None:
        """Run the detectors of these rules over a channel in one pass; `detect` then finds them done."""
        self._kept.update(self._swept(self.recording, channel, rules))

    def _swept(
        self, recording: Recording, channel: int, rules: Sequence[SweptRule]
    ) -> dict[tuple[object, ...], object]:
        keys = {self._key(f"{_DETECTORS[type(rule)].gather.__module__}.detect", channel, rule): rule for rule in rules}
        missing = [key for key in keys if key not in self._kept]
        wanted = [(_DETECTORS[type(keys[key])], keys[key]) for key in missing]
        return dict(zip(missing, sweep(recording, channel, wanted), strict=True)) if missing else {}

    def ahead(self, channels: Sequence[int], *rules: SweptRule) -> None:
        """Do for several channels at once what `sweep` and `usable` do for one; both then find it done."""
        recording, rule = readable_abreast(self.recording), usable.UsableRule()

        def bridged() -> Found:
            return {_BRIDGED: contacts.bridged(recording, contacts.BridgeRule())}

        def swept(channel: int) -> Found:
            return self._swept(recording, channel, rules)

        def looked_over(channel: int) -> Found:
            key = self._key(f"{usable.detect.__module__}.{usable.detect.__qualname__}", channel, rule)
            return {} if key in self._kept else {key: usable.detect(recording, channel, rule)}

        jobs: list[Callable[[], Found]] = [] if _BRIDGED in self._kept else [bridged]
        jobs += [partial(job, channel) for job in (swept, looked_over) for channel in channels]
        for found in abreast(recording, jobs):
            self._kept.update(found)

    def usable(self, channel: int) -> usable.Usable:
        """Give the usable time of a channel, with the reasons for the rest."""
        found = self.detect(usable.detect, channel, usable.UsableRule())
        return found.without(self._bridged().get(channel, ()))

    def _bridged(self) -> dict[int, tuple[tuple[str, Intervals], ...]]:
        """Give, by channel, where its electrodes have run into one with another's."""
        if _BRIDGED not in self._kept:
            self._kept[_BRIDGED] = contacts.bridged(self.recording, contacts.BridgeRule())
        return cast("dict[int, tuple[tuple[str, Intervals], ...]]", self._kept[_BRIDGED])

    def heart(self, channel: int) -> HeartSummary | None:
        """Say how the heart shows in a channel of surface EMG."""
        return self.detect(heart.detect, channel, heart.HeartRule())

    def without_heart(self) -> Bench:
        """Give a bench for the muscles alone: the heart is subtracted where it shows; this very bench if nowhere."""
        if self._muscle is None:
            channels, rule = range(len(self.recording.channels)), heart.HeartRule()
            keys = {i: self._key(_HEART, i, rule) for i in channels}
            missing, readable = [i for i in channels if keys[i] not in self._kept], readable_abreast(self.recording)
            found = abreast(readable, [partial(heart.detect, readable, i, rule) for i in missing])
            self._kept.update(zip((keys[i] for i in missing), found, strict=True))
            beating = [i for i in channels if self.heart(i) is not None]
            muscle = heart.without_heart(self.recording, channels=beating) if beating else self.recording
            self._muscle = Bench(muscle, self._kept, beating) if beating else self
        return self._muscle

    def notes(self) -> tuple[str, ...]:
        """Say what was not recorded, and what the recording holds that is no muscle."""
        missing = gaps.note(self.recording)
        shown = ((channel.name, self.heart(i)) for i, channel in enumerate(self.recording.channels))
        beating = tuple(heart.note(name, found) for name, found in shown if found is not None)
        return tuple(filter(None, (missing, stimuli.unread(self.recording), *beating)))

    def summary(self) -> RecordingSummary:
        """Give the recording as a result shows it: channels with their usable fraction, no identity."""
        recording = self.recording
        channels = range(len(recording.channels))
        return RecordingSummary(
            recording.format,
            recording.duration_s,
            tuple(usable.summarise(recording, i, self.usable(i), self.heart(i)) for i in channels),
        )
