"""What the EEG says of jerks: spike, preparation, coherence, answers to stimuli; and how it was all done, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from involuntary._version import __version__
from involuntary.detect import stimuli
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Finding, Measurement, Recording, State, Term
from involuntary.phenomena._jerk import coherence, evoked, readiness
from involuntary.phenomena._jerk import spike as spikes
from involuntary.phenomena._jerk.eeg_epochs import isolated
from involuntary.phenomena._jerk.events import JerkParameters, Jerks, Looked
from involuntary.phenomena._jerk.spike import HALLETT
from involuntary.phenomena._rows import Row

__all__ = ["HALLETT", "Cortex", "CortexParameters", "look", "methods"]

_SPIKES = Term("HP:0001351", "Jerk-locked premyoclonus spikes")
_CORTICAL = Term("HP:0040148", "Cortical myoclonus")
_GIANT = Term("HP:0001312", "Giant somatosensory evoked potentials")
_REFLEX = Term("HP:0001340", "Enhancement of the C-reflex")
_ENOUGH = 100  # jerks, whose average would show a spike that there is
_REFLEX_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class CortexParameters(JerkParameters):
    """How the EEG is looked at; engineering choices unless a source is named.

    Attributes
    ----------
    spike_low_hz, spike_high_hz : float
        Zero-phase band in which a spike is sought.
    spike_earliest_ms, spike_latest_ms : float
        Its peak lies so long before the first muscle at most, and at least.
    spike_chance_fraction, prepared_chance_fraction : float
        Probability by chance, over all channels and times, up to which a spike, and a readiness potential or
        desynchronisation, count.
    surrogate_events : int
        Random shifts of the train of jerks.
    cortical_ms : float
        Jerks with a spike are cortical up to this median burst (the limit in use; others take 50 ms).
    fewest_n : int
        Jerks below which nothing is averaged (100 are asked for a spike and 40 for a readiness potential).
    isolated_s : float
        For what prepares a jerk, only those count that follow no other within this time.
    rectify : bool
        Whether EMG is rectified before coherence.
    """

    spike_low_hz: float = 5.0
    spike_high_hz: float = 50.0
    spike_earliest_ms: float = 60.0
    spike_latest_ms: float = 6.0
    spike_chance_fraction: float = 0.01
    prepared_chance_fraction: float = 0.03
    surrogate_events: int = 1000
    cortical_ms: float = 100.0
    fewest_n: int = 20
    isolated_s: float = 2.0
    rectify: bool = True


@dataclass(frozen=True, slots=True)
class Cortex:
    """What was found in the EEG; None for what could not be looked at. `why` says what is missing."""

    spike: spikes.Spike | None = None
    prepared: readiness.Prepared | None = None
    coupled: tuple[coherence.Coupled, ...] = ()
    answered: evoked.Evoked | None = None
    why: str = ""

    def has_spike(self, p: CortexParameters) -> bool:
        """Whether a spike precedes the jerks."""
        return self.spike is not None and self.spike.p <= p.spike_chance_fraction and self.spike.leads

    def has_potential(self, p: CortexParameters) -> bool:
        """Whether a readiness potential precedes them."""
        found = self.prepared and self.prepared.potential
        return bool(found) and found.p <= p.prepared_chance_fraction  # type: ignore[union-attr]

    def is_desynchronised(self, p: CortexParameters) -> bool:
        """Whether power falls before them."""
        found = self.prepared and self.prepared.desynchronised
        return bool(found) and found.p <= p.prepared_chance_fraction  # type: ignore[union-attr]

    def is_prepared(self, p: CortexParameters) -> bool:
        """Whether either does."""
        return self.has_potential(p) or self.is_desynchronised(p)

    def rows(self, p: CortexParameters) -> Iterator[Row]:
        """Give all measurements."""
        if self.spike is not None:
            yield from spikes.rows(self.spike, p.spike_chance_fraction)
        if self.prepared is not None:
            yield from readiness.rows(self.prepared, p.prepared_chance_fraction)
        yield from coherence.rows(self.coupled, p.rectify, p.spike_chance_fraction)
        if self.answered is not None:
            yield from evoked.rows(self.answered)

    def facts(self, p: CortexParameters) -> dict[str, float]:
        """Give what the table of kinds asks; an average that shows nothing says no only from enough jerks."""
        known: dict[str, float] = {}
        if self.spike is not None and (self.has_spike(p) or self.spike.n >= _ENOUGH):
            known["spike"] = float(self.has_spike(p))
        if self.prepared is not None and (self.has_potential(p) or self.prepared.n >= _ENOUGH):
            known["readiness"] = float(self.has_potential(p))
        if self.prepared is not None and (self.is_desynchronised(p) or self.prepared.n >= _ENOUGH):
            known["desynchronised"] = float(self.is_desynchronised(p))
        return known

    def findings(self, length_ms: float, measured: Sequence[Measurement], p: CortexParameters) -> tuple[Finding, ...]:
        """Give the findings of the EEG and of stimuli."""
        return (*self._of_spike(length_ms, measured, p), *self._of_stimuli(measured))

    def _of_spike(self, length_ms: float, measured: Sequence[Measurement], p: CortexParameters) -> Iterator[Finding]:
        if self.spike is None:
            return
        because = tuple(
            m.id for m in measured if m.id.split("@")[0] in {"myoclonus.spike_p", "myoclonus.spike_latency"}
        )
        n, chance, here = self.spike.n, self.spike.p, self.has_spike(p)
        state = State.PRESENT if here else State.EXCLUDED if n >= _ENOUGH else State.NOT_ASSESSED
        rule = f"myoclonus: {state}: average of {n} jerks, p = {chance:.3g}; {_ENOUGH} are needed to exclude it"
        yield Finding(_SPIKES, state, "myoclonus", because, rule, HALLETT)
        if here and length_ms <= p.cortical_ms:
            rule = (
                f"myoclonus: present: a cortical spike before bursts of {length_ms:.0f} ms, up to {p.cortical_ms:g} ms"
            )
            yield Finding(_CORTICAL, State.PRESENT, "myoclonus", because, rule, HALLETT)

    def _of_stimuli(self, measured: Sequence[Measurement]) -> Iterator[Finding]:
        found = self.answered
        if found is None:
            return
        ids = {m.id.split("@")[0]: m.id for m in measured}
        if found.channel:
            state = State.PRESENT if found.giant else State.EXCLUDED
            rule = f"myoclonus: {state}: N20 to P25 of {found.potential_uv:.1f} µV against 10.0 µV"
            because = (ids["myoclonus.sep_n20_p25"],)
            yield Finding(_GIANT, state, "myoclonus", because, rule, evoked.DEMURA)
        if found.reflex >= _REFLEX_SHARE and found.p <= 0.01:
            rule = f"myoclonus: present: a burst 35 to 60 ms after {found.reflex:.0%} of {found.stimuli} stimuli"
            yield Finding(_REFLEX, State.PRESENT, "myoclonus", (ids["myoclonus.c_reflex"],), rule, HALLETT)


def look(bench: Bench, muscles: Sequence[int], jerks: Jerks, p: CortexParameters) -> Cortex:
    """Look at the EEG before the jerks, where there are enough of both."""
    recording = bench.recording
    channels = [c for c in recording.channels_of(ChannelKind.EEG) if _fits(recording, c, p)]
    if not len(jerks):
        return Cortex()
    answered = evoked.find(recording, channels, stimuli.find(recording).time_s, jerks)
    if not channels:
        return Cortex(answered=answered, why="no EEG")
    if len(jerks) < p.fewest_n:
        return Cortex(answered=answered, why=f"{len(jerks)} jerks of at least {p.fewest_n} for an average")
    rule = spikes.SpikeRule(
        p.spike_low_hz, p.spike_high_hz, -p.spike_earliest_ms / 1e3, -p.spike_latest_ms / 1e3, p.surrogate_events
    )
    return Cortex(
        spikes.find(recording, channels, jerks.onset_s, rule),
        readiness.find(recording, channels, isolated(jerks.onset_s, p.isolated_s), p.fewest_n),
        coherence.find(recording, channels, muscles, p.rectify, p.spike_chance_fraction),
        answered,
    )


def _fits(recording: Recording, channel: int, p: CortexParameters) -> bool:
    """Tell whether a channel is fast enough for the band, and in volts or counts."""
    meta = recording.channels[channel]
    return meta.rate_hz >= 4 * p.spike_high_hz and meta.unit in {"V", "count"} and bool(np.isfinite(meta.duration_s))


def methods(looked: Sequence[Looked], found: Cortex, p: CortexParameters) -> str:
    """Give the methods of this analysis as a paragraph for a manuscript."""
    muscles = ", ".join(one.name for one in looked)
    said = [f"methods: EMG of {muscles} was band-passed from 20 to 450 Hz (zero phase, mains subtracted)."]
    said.append(
        "Onset and end of bursts were found by a likelihood-ratio change detector on the Teager-Kaiser energy, its bias"
        " calibrated on the recording's own noise and bursts."
    )
    if found.spike is not None:
        said.append(
            f"EEG ({p.spike_low_hz:g} to {p.spike_high_hz:g} Hz, zero phase) was averaged around {found.spike.n} jerks"
            f" and compared with {p.surrogate_events} random shifts of the train of jerks (largest deflection over all"
            " channels)."
        )
    if found.prepared is not None:
        said.append(
            f"{found.prepared.n} jerks that followed no other within {p.isolated_s:g} s were examined for a"
            " readiness potential and desynchronisation against 3 to 2 s before by cluster-based permutation (1,000"
            " changes of sign)."
        )
    if found.coupled:
        how = "rectified" if p.rectify else "unrectified"
        said.append(
            f"Coherence with {how} EMG was computed over segments of 1 s that overlapped by half, its limit corrected"
            " for the overlap."
        )
    return " ".join((*said, f"Software: involuntary {__version__}."))
