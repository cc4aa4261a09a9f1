"""What a phenomenon is: a term, the signals it needs, frozen parameters, and one hook that measures.

To add one, write ``phenomena/<id>.py`` with a subclass of `Phenomenon` and ``PHENOMENON = <the instance>``;
the contract suite in ``involuntary.testing`` runs over it before you write a test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Generic, TypeVar, final

from involuntary._version import __version__
from involuntary.detect.bench import Bench, SweptRule
from involuntary.errors import ParameterError, nearest
from involuntary.model import (
    ChannelKind,
    Events,
    Finding,
    Measurement,
    Observation,
    Provenance,
    Recording,
    Reference,
    State,
    Term,
)
from involuntary.parameters import as_text, with_settings
from involuntary.registry import Registry

__all__ = ["BRIEF_EMG_HZ", "PHENOMENA", "Measured", "Phenomenon", "observe"]

P = TypeVar("P")

# Below this rate the envelope of 10 ms holds too few samples to tell a potential or a brief burst of EMG from noise:
# white noise alone at 200 to 300 Hz gave jerks, at 200 and 256 Hz fasciculations.
BRIEF_EMG_HZ = 400.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one phenomenon makes of a recording; `notes` say why something could not be assessed."""

    events: tuple[Events, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


class Phenomenon(ABC, Generic[P]):
    """A kind of contraction that a recording can show.

    Attributes
    ----------
    id, name : str
        As in the interface, such as ``"fasciculation"``.
    term : Term
        The HPO term that its findings carry.
    kinds : frozenset of ChannelKind
        Channels of these kinds are looked at; without one the phenomenon is not assessed.
    parameters : P
        Frozen dataclass with the published defaults; the unit is in each field's name.
    references : tuple of Reference
        Where the method and its limits are published.
    swept : tuple
        Rules of the detectors that it asks on every such channel: one pass over a channel serves all phenomena.
    least_rate_hz : float
        Channels that are sampled more slowly are not looked at.
    muscles_alone : bool
        Whether it asks them once the heart is subtracted.
    yields_to : tuple of str
        Ids of more specific phenomena: this leaves to them what they name, as `claims` gives it.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    term: ClassVar[Term]
    kinds: ClassVar[frozenset[ChannelKind]]
    references: ClassVar[tuple[Reference, ...]]
    swept: ClassVar[tuple[SweptRule, ...]] = ()
    least_rate_hz: ClassVar[float] = 0.0
    muscles_alone: ClassVar[bool] = False
    yields_to: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parameters: P) -> None:
        self.parameters = parameters

    @final
    def observe(self, bench: Bench, settings: Mapping[str, str] | None = None) -> Measured:
        """Measure this phenomenon.

        Parameters
        ----------
        bench : Bench
            The recording with what was already detected in it.
        settings : mapping of str to str, optional
            Parameters that differ from the published defaults, by name.

        Raises
        ------
        ParameterError
            If a setting is unknown or not of the parameter's type.
        """
        parameters = with_settings(self.id, self.parameters, settings or {})
        channels = bench.recording.channels_of(*self.kinds)
        if not channels:
            needed = " or ".join(sorted(self.kinds))
            return self._not_assessed(f"{self.id}: not assessed: no channel of kind {needed}")
        channels = tuple(i for i in channels if bench.recording.channels[i].rate_hz >= self.least_rate_hz)
        if not channels:
            why = f"needs a channel sampled at {self.least_rate_hz:g} Hz or faster"
            return self._not_assessed(f"{self.id}: not assessed: {why}")
        if self.swept:
            self.asks(bench).ahead(channels, *self.swept)
        measured = self.measure(bench, channels, parameters)
        named = any(f.state is State.PRESENT for f in measured.findings)
        bench.claim(self.id, named, measured.events)
        provenance = Provenance(self.id, __version__, as_text(parameters))
        return replace(measured, measurements=tuple(replace(m, provenance=provenance) for m in measured.measurements))

    @abstractmethod
    def measure(self, bench: Bench, channels: Sequence[int], parameters: P) -> Measured:
        """Look at `channels` of ``bench.recording``: the one hook to fill in.

        A signal never names a disease; what cannot be told is not assessed, with a note that says why.
        """

    @final
    def asks(self, bench: Bench) -> Bench:
        """Give the bench that its detectors are asked on: the given one, or that of the muscles alone."""
        return bench.without_heart() if self.muscles_alone else bench

    @final
    def claims(self, bench: Bench, *, named: bool = True) -> dict[str, tuple[Events, ...]]:
        """Give by id what more specific phenomena named, or found and did not name; they are looked for if need be."""
        found = {}
        for owner in map(PHENOMENA.get, self.yields_to):
            if bench.claimed(owner.id) is None and owner.concerns(bench.recording):
                owner.observe(bench)
            claim = bench.claimed(owner.id)
            if claim is not None and claim[0] is named:
                found[owner.id] = claim[1]
        return found

    def concerns(self, recording: Recording) -> bool:
        """Say whether a recording holds what this reads besides channels, such as marks of stimuli.

        Where it does not, the phenomenon is looked for only if it is asked for.
        """
        return bool(recording.channels)

    def _not_assessed(self, why: str) -> Measured:
        finding = Finding(self.term, State.NOT_ASSESSED, self.id, rule=why)
        return Measured(findings=(finding,), notes=(why,))


PHENOMENA: Registry[Phenomenon[Any]] = Registry("phenomena", "PHENOMENON", "phenomenon")


def observe(
    recording: Recording,
    phenomena: Sequence[str] | None = None,
    settings: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
    kept: MutableMapping[tuple[object, ...], object] | None = None,
) -> Observation:
    """Say what a recording shows.

    Parameters
    ----------
    recording : Recording
        As `involuntary.read` gives it.
    phenomena : sequence of str, optional
        Ids of those to look for; all that the recording's channels allow when None.
    settings : mapping of str to str, optional
        Parameters as ``phenomenon.name`` (or ``name`` alone where only one phenomenon has it) to their value.
    progress : callable, optional
        Called with the id of each phenomenon before it is looked for.
    kept : mutable mapping, optional
        Where detections are kept as they are made; those that it holds of the same recording are not made again.

    Returns
    -------
    Observation
        Events, measurements, findings, and notes on what could not be assessed.

    Raises
    ------
    UnknownNameError
        If a phenomenon is not registered.
    ParameterError
        If a setting is unknown, ambiguous or not of the parameter's type.
    """
    chosen = [PHENOMENA.get(name) for name in phenomena] if phenomena is not None else list(PHENOMENA)
    by_owner = _settings_by_owner(chosen, settings or {})
    bench = Bench(recording, kept)
    kinds = {channel.kind for channel in recording.channels}
    # Unasked for, a phenomenon whose signals are not there is not worth a line.
    looked = [p for p in chosen if phenomena is not None or (p.kinds & kinds and p.concerns(recording))]
    _sweep_together(bench, looked)
    measured = {}
    for phenomenon in sorted(looked, key=lambda p: bool(p.yields_to)):
        if progress:
            progress(phenomenon.id)
        measured[phenomenon.id] = phenomenon.observe(bench, by_owner.get(phenomenon.id))
    parts = [measured[p.id] for p in looked]
    return Observation(
        recording=bench.summary(),
        events=tuple(e for part in parts for e in part.events if len(e)),
        measurements=tuple(m for part in parts for m in part.measurements),
        findings=tuple(f for part in parts for f in part.findings),
        notes=recording.notes + bench.notes() + tuple(note for part in parts for note in part.notes),
        version=__version__,
    )


def _sweep_together(bench: Bench, looked: Sequence[Phenomenon[Any]]) -> None:
    """Run the detectors that the phenomena will ask, in one pass over each channel."""
    sharing: dict[Bench, list[Phenomenon[Any]]] = {}
    for phenomenon in looked:
        if phenomenon.swept:
            sharing.setdefault(phenomenon.asks(bench), []).append(phenomenon)
    for asked, asking in sharing.items():
        together: dict[tuple[SweptRule, ...], list[int]] = {}
        for i, channel in enumerate(bench.recording.channels):
            rules = dict.fromkeys(rule for p in asking if channel.kind in p.kinds for rule in p.swept)
            if rules:
                together.setdefault(tuple(rules), []).append(i)
        for wanted, channels in together.items():
            asked.ahead(channels, *wanted)


def _settings_by_owner(chosen: Sequence[Phenomenon[Any]], settings: Mapping[str, str]) -> dict[str, dict[str, str]]:
    by_owner: dict[str, dict[str, str]] = {}
    for key, text in settings.items():
        owner, _, name = key.rpartition(".")
        owners = [
            p.id for p in chosen if p.id == owner or (not owner and name in {f.name for f in fields(p.parameters)})
        ]
        if len(owners) != 1:
            known = sorted(f"{p.id}.{f.name}" for p in chosen for f in fields(p.parameters))
            rule = "belongs to several phenomena" if owners else f"is no parameter{nearest(key, known)}"
            advice = (
                f"write one of {', '.join(f'{o}.{name}' for o in owners)}"
                if owners
                else "see `involuntary list phenomena --json`"
            )
            raise ParameterError(key, rule, "", advice)
        by_owner.setdefault(owners[0], {})[name] = text
    return by_owner
