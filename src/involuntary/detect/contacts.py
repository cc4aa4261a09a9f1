"""Contacts of electrodes: detached, saturated, or run into one with a neighbour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.contacts import Seconds, by_second, likeness
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import ChannelKind, Intervals, Recording
from involuntary.model.recording import Block, Channel
from involuntary.spool import Rows

__all__ = ["BridgeRule", "ContactRule", "ContactScan", "bridged"]

Spans = NDArray[np.intp]

_KINDS = {ChannelKind.EMG, ChannelKind.SURFACE_EMG}
_SLOWEST_HZ = 250.0
_MEASURED = ("level", "mains", "mains_share", "white", "whiteness", "stepping")
_MARGIN_S = 1.0  # a contact is lost some time before the first second that shows it


@dataclass(frozen=True, slots=True)
class ContactRule:
    """What tells that an electrode has no contact; engineering choices, no cut-off is published (methods §0.2).

    Attributes
    ----------
    mains_share : float
        A second in which mains holds this share of the power,
    mains_uv : float
        and is so strong (root mean square; not used for counts),
    mains_factor, mains_least_uv : float
        or so many times as strong as in the median second, and at least so strong: detached.
    white_share : float
        A second in which white noise holds this share of the power that is not mains,
    white_factor, white_uv : float
        so many times as strong as in the median second, and at least so strong: detached.
    white_rate_hz : float
        Slower channels are not tested for that: what is left of muscle there is nearly white.
    range_share : float
        A second whose mean lies this far out in the recorder's range: saturated.
    """

    mains_share: float = 0.9
    mains_uv: float = 500.0
    mains_factor: float = 10.0
    mains_least_uv: float = 50.0
    white_share: float = 0.7
    white_factor: float = 8.0
    white_uv: float = 40.0
    white_rate_hz: float = 1000.0
    range_share: float = 0.95


class ContactScan:
    """Looks at one channel block by block, then says what it found.

    Parameters
    ----------
    channel : Channel
        Only surface EMG of at least 250 Hz is looked at.
    rule : ContactRule
        What tells.
    compiled : bool
        Whether compiled kernels are worth loading.
    """

    def __init__(self, channel: Channel, rule: ContactRule, *, compiled: bool = False) -> None:
        self._channel, self._rule, self._compiled = channel, rule, compiled
        self._second = round(channel.rate_hz)
        self._seconds = Rows(1 + len(_MEASURED))  # first sample, and what was measured

    def look_at(self, block: Block) -> None:
        """Look at a block that starts on a whole second of its recorded stretch."""
        if self._channel.kind in _KINDS and self._channel.rate_hz >= _SLOWEST_HZ:
            proper = block.samples[block.start : block.stop]
            found = by_second(proper, self._channel.rate_hz, compiled=self._compiled)
            first = block.first + block.start + self._second * np.arange(found.level.size)
            self._seconds.append(np.column_stack([first, *(getattr(found, name) for name in _MEASURED)]))

    def found(self) -> dict[str, tuple[Spans, float]]:
        """Give, by reason, spans in samples and the margin in seconds that goes with them."""
        first = self._seconds.column(0).astype(np.intp)
        if not first.size:
            return {}
        level, mains, mains_share, white, whiteness, stepping = map(self._seconds.column, range(1, 1 + len(_MEASURED)))
        seconds = Seconds(level, mains, mains_share, white, whiteness, stepping > 0)
        return {
            "detached": (self._spans(first[self._detached(seconds)]), _MARGIN_S),
            "flat but for the converter's step": (self._spans(first[seconds.stepping]), 0.0),
            "saturated": (self._spans(first[self._saturated(seconds)]), _MARGIN_S),
        }

    def _detached(self, seconds: Seconds) -> NDArray[np.bool_]:
        rule, uv = self._rule, 1e-6 if self._channel.calibrated else 0.0
        if not seconds.level.size:
            return np.zeros(0, dtype=np.bool_)
        strong = seconds.mains > np.maximum(rule.mains_factor * np.median(seconds.mains), rule.mains_least_uv * uv)
        if uv:
            strong |= seconds.mains >= rule.mains_uv * uv
        detached: NDArray[np.bool_] = strong & (seconds.mains_share >= rule.mains_share)
        if self._channel.rate_hz >= rule.white_rate_hz:
            noisy = seconds.white > np.maximum(rule.white_factor * np.median(seconds.white), rule.white_uv * uv)
            detached |= noisy & (seconds.whiteness >= rule.white_share)
        return detached

    def _saturated(self, seconds: Seconds) -> NDArray[np.bool_]:
        low, high = self._channel.lowest, self._channel.highest
        if not np.isfinite(high - low):
            return np.zeros(seconds.level.size, dtype=np.bool_)
        return np.asarray(np.abs(seconds.level - 0.5 * (low + high)) > self._rule.range_share * 0.5 * (high - low))

    def _spans(self, first: Spans) -> Spans:
        return joined(np.column_stack([first, first + self._second]))


@dataclass(frozen=True, slots=True)
class BridgeRule:
    """What tells that two electrodes have run into one; engineering choices.

    Two channels are compared for `look_s` in every `every_s`, in their second difference, with what they share with the
    mean of all others taken out.

    Attributes
    ----------
    correlation : float
        At least.
    ratio : float
        The smaller over the larger standard deviation, at least.
    look_s, every_s : float
        A bridge of gel or sweat stays for minutes.
    fewest : int
        So many looks in a row.
    """

    correlation: float = 0.97
    ratio: float = 0.9
    look_s: float = 2.0
    every_s: float = 10.0
    fewest: int = 2


def bridged(recording: Recording, rule: BridgeRule) -> dict[int, tuple[tuple[str, Intervals], ...]]:
    """Find electrodes that have run into one: by channel, the reason with the other's name, and the stretches.

    Parameters
    ----------
    recording : Recording
        Channels of surface EMG with one rate and length are compared with each other.
    rule : BridgeRule
        What tells.
    """
    found: dict[int, tuple[tuple[str, Intervals], ...]] = {}
    for group in _groups(recording):
        looks = list(_looks(recording, group, rule))
        if not looks:
            continue
        alike = np.array([mask for *_, mask in looks])
        for i, j in np.argwhere(np.triu(np.count_nonzero(alike, axis=0) >= rule.fewest, 1)).tolist():
            runs = true_runs(alike[:, i, j])
            runs = runs[runs[:, 1] - runs[:, 0] >= rule.fewest]
            spans = Intervals.union_of([looks[k][:2] for a, b in runs.tolist() for k in range(a, b)])
            for one, other in ((group[i], group[j]), (group[j], group[i])) if len(spans) else ():
                reason = f"bridged with {recording.channels[other].name}"
                found[one] = (*found.get(one, ()), (reason, spans))
    return found


def _groups(recording: Recording) -> list[list[int]]:
    """Give the channels that can be compared, by rate and length."""
    groups: dict[tuple[float, int], list[int]] = {}
    for channel in recording.channels_of(*_KINDS):
        meta = recording.channels[channel]
        if meta.rate_hz >= _SLOWEST_HZ:
            groups.setdefault((meta.rate_hz, meta.n_samples), []).append(channel)
    return [group for group in groups.values() if len(group) > 1]


def _looks(
    recording: Recording, group: Sequence[int], rule: BridgeRule
) -> Iterator[tuple[float, float, NDArray[np.bool_]]]:
    """Give start and stop of every stretch, and which pairs were alike in the look at it."""
    rate = recording.channels[group[0]].rate_hz
    look, every = round(rule.look_s * rate), round(rule.every_s * rate)
    for begin, end in recording.segment_samples(group[0]):
        for start in range(begin, end - look + 1, every):
            x = np.array([recording.samples(channel, start, start + look) for channel in group])
            correlation, ratio = likeness(x)
            first = float(recording.time_s(group[0], start))
            stop = first + (min(start + every, end) - start) / rate
            yield first, stop, (correlation >= rule.correlation) & (ratio >= rule.ratio)
