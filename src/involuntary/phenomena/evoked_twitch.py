"""Evoked twitches: delay, contraction, sustain and half-relaxation time, and displacement (tensiomyography)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import stimuli
from involuntary.detect.bench import Bench
from involuntary.detect.sweeps import spans
from involuntary.dsp.smooth import parabolic
from involuntary.dsp.twitch import Twitch, twitch
from involuntary.model import ChannelKind, Events, Finding, Measurement, Recording, Reference, State, Term
from involuntary.phenomena._evoked import Desk, amount
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "EvokedTwitch", "EvokedTwitchParameters"]

KRIZAJ = Reference(
    "doi:10.1016/j.jelekin.2007.01.008",
    "Križaj D, Šimunič B, Žagar T. Short-term repeatability of parameters extracted from radial displacement of muscle"
    " belly. J Electromyogr Kinesiol 2008;18:645-651",
    "abstract: displacement, delay, contraction, sustain and half-relaxation time",
)
MACGREGOR = Reference(
    "doi:10.1007/s40279-018-0912-6",
    "Macgregor LJ, Hunter AM, Orizio C, et al. Assessment of skeletal muscle contractile properties by radial"
    " displacement: the case for tensiomyography. Sports Med 2018;48:1607-1620",
)


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EvokedTwitchParameters:
    """How a twitch is cut out; engineering choices.

    Attributes
    ----------
    longest_s : float
        A twitch is over after this time.
    baseline_s : float
        The baseline is the mean of so much before the stimulus, or the first sample where nothing lies before it.
    noise_factor : float
        The displacement exceeds the noise before the stimulus, or from sample to sample, by this factor.
    noisy_share, smooth_s : float
        Where noise from sample to sample is more than this share of the displacement, it decides which sample is the
        first beyond a level: the twitch is smoothed by parabolas of this length.
    """

    longest_s: float = 1.0
    baseline_s: float = 0.02
    noise_factor: float = 10.0
    noisy_share: float = 0.002
    smooth_s: float = 0.015


# Two peaks are apart where it falls between them by so many times the noise (an engineering choice).
_DIPS = 8.0
# Measure, attribute of a twitch, factor, unit (empty: the channel's), what it is.
_ROWS = (
    ("delay", "delay", 1e3, "ms", "from the stimulus to 10 % of the displacement"),
    ("contraction", "contraction", 1e3, "ms", "from 10 to 90 %"),
    ("sustain", "sustain", 1e3, "ms", "from 50 % up to 50 % down"),
    ("half_relaxation", "half_relaxation", 1e3, "ms", "from 90 to 50 % down"),
    ("displacement", "size", 1.0, "", "largest displacement"),
)


class EvokedTwitch(Phenomenon[EvokedTwitchParameters]):
    """The mechanics of twitches after stimuli; a description, for which no limits are agreed."""

    id = "evoked-twitch"
    name = "Evoked twitch"
    term = Term("HP:0011804", "Abnormal muscle physiology")
    kinds = frozenset({ChannelKind.DISPLACEMENT, ChannelKind.FORCE, ChannelKind.TORQUE})
    references = (KRIZAJ, MACGREGOR)

    def concerns(self, recording: Recording) -> bool:
        """Only with stimuli."""
        return len(stimuli.find(recording)) > 0

    def measure(self, bench: Bench, channels: Sequence[int], parameters: EvokedTwitchParameters) -> Measured:
        """Measure every twitch; give medians and, as events, each one."""
        given = stimuli.find(bench.recording)
        why = "evoked-twitch: not assessed: laboratories set their own limits"
        if not len(given):
            return self._not_assessed("evoked-twitch: not assessed: no stimuli; mark them as 'stimulus 40 mA'")
        events, found, notes = [], [], []
        for channel in channels:
            seen, measured, said = _channel(bench.recording, channel, given, parameters)
            events.append(seen)
            found += measured
            notes += said
        merged = Events.merged("response", events)
        finding = Finding(self.term, State.NOT_ASSESSED, self.id, (), why)
        return Measured((merged,) if len(merged) else (), tuple(found), (finding,), (*notes, why))


def _channel(
    recording: Recording, channel: int, given: stimuli.Stimuli, p: EvokedTwitchParameters
) -> tuple[Events, list[Measurement], list[str]]:
    meta = recording.channels[channel]
    factor, unit = amount(meta)
    twitches: dict[int, Twitch] = {}
    smoothed = 0
    for row, (before, after, first_s) in spans(recording, channel, given, p.baseline_s, p.longest_s).items():
        moved, noisy = _moved(before, after, meta.rate_hz, p)
        noise = float(np.std(before)) if before.size > 2 else 0.0
        one = twitch(moved, meta.rate_hz, _DIPS * noise)
        if moved.size > 3 and one.size > p.noise_factor * noise and one.size > 0:
            twitches[row] = replace(one, delay=one.delay + first_s)
            smoothed += noisy
    columns: dict[str, Floats] = {
        f"{name}_{shown or unit}".lower(): scale
        * (1.0 if shown else factor)
        * np.array([getattr(one, attribute) for one in twitches.values()], dtype=np.float64)
        for name, attribute, scale, shown, _ in _ROWS
    }
    desk = Desk("evoked-twitch", meta.name, meta.name, meta.duration_s)
    found = []
    for (name, _, _, shown, method), values in zip(_ROWS, columns.values(), strict=True):
        known = values[np.isfinite(values)]
        value = float(np.median(known)) if known.size else np.nan
        found.append(desk.write(name, value, shown or unit, known.size, f"median: {method}", KRIZAJ))
    several = sum(one.peaks > 1 for one in twitches.values())
    peaked = f"{several} of {len(twitches)} twitches have more than one peak; times are those of the highest"
    notes = [f"evoked-twitch: {meta.name}: {peaked}"] if several else []
    if smoothed:
        notes.append(f"evoked-twitch: {meta.name}: {smoothed} noisy twitches smoothed over {1e3 * p.smooth_s:g} ms")
    rows = np.array(list(twitches), dtype=np.intp)
    columns["level"] = given.level[rows]
    onset = given.time_s[rows] + np.array([one.delay for one in twitches.values()])
    sustained = np.array([one.sustain for one in twitches.values()], dtype=np.float64)
    events = Events("response", (meta.name,) * rows.size, onset, np.nan_to_num(sustained), columns)
    return events, found, notes


def _moved(before: Floats, after: Floats, rate_hz: float, p: EvokedTwitchParameters) -> tuple[Floats, bool]:
    """Give what moved from the baseline, upwards, and whether it had to be smoothed."""
    moved = np.concatenate([before, after]) - (np.mean(before) if before.size else after[0])
    # A sensor may be mounted either way round.
    moved = moved * np.sign(moved[np.argmax(np.abs(moved))])
    # Third differences hold hardly anything of a twitch, and twenty times the power of white noise.
    noise = float(np.std(np.diff(moved, 3))) / np.sqrt(20) if moved.size > 4 else 0.0
    noisy = noise > p.noisy_share * float(np.max(moved))
    return (parabolic(moved, rate_hz, p.smooth_s) if noisy else moved)[before.size :], noisy


PHENOMENON = EvokedTwitch(EvokedTwitchParameters())
