"""Stiff person: two pools lose their inhibition and fire at rest, agonist and antagonist alike, until sleep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, record
from involuntary.simulators._conductance import Conductances, conductance_firing
from involuntary.simulators._discharges import Discharges, Firing, layered
from involuntary.simulators._muscles import Muscles, muscle_units, placed, volleys
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "MUSCLES", "StiffPerson", "StiffPersonParameters"]

_MEINCK = Reference(
    "doi:10.1007/BF00936885",
    "Stiff man syndrome: neurophysiological findings in eight patients. J Neurol 1995;242:134-142",
    "1 to 3 synchronous bursts 60 to 70 ms after median nerve stimulation, then tonic decrescendo over seconds",
)
_ARMON = Reference(
    "doi:10.1016/s0025-6196(12)65157-x",
    "Armon C, McEvoy KM, Westmoreland BF, McManis PG. Mayo Clin Proc 1990;65:960-967",
    "continuous activity awake that varies with sleep; abnormal co-contractions of antagonists",
)
MUSCLES = ("biceps left", "triceps left", "paraspinal left", "rectus abdominis left")


@dataclass(frozen=True, slots=True)
class StiffPersonParameters(Muscles):
    """How much inhibition is left, and what is done.

    Attributes
    ----------
    inhibition_share : float
        Part of the inhibition that is left; 1 in health, and then nothing fires at rest.
    effort_percent : float
        Excitation of both antagonists by will, as of somebody who does not relax.
    relax_s : float
        Length of each of four marked attempts to relax, in the first half.
    every_s : float
        From one marked stimulus to the median nerve to the next, from the half to four fifths; 0 for none.
    reflex_ms, decay_s : float
        Latency of the first burst, and time constant of the tonic activity that follows; no reflex where inhibition
        is whole.
    sleeps : bool
        Whether the last fifth is slept, marked, and silent.
    """

    inhibition_share: float = 0.1
    effort_percent: float = 0.0
    relax_s: float = 15.0
    every_s: float = 8.0
    reflex_ms: float = 65.0
    decay_s: float = 1.0
    sleeps: bool = True
    largest_uv: float = 600.0


class StiffPerson(Generator[StiffPersonParameters]):
    """Two antagonist pairs; truth: ``tonic``, one a muscle for the time awake, and ``response``, one a reflex."""

    id = "stiff-person"
    name = "Stiff person"
    references = (_MEINCK, _ARMON)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: StiffPersonParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Fire both pairs at rest, answer the stimuli, and fall silent in sleep."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "relax_s", "decay_s")
        awake = 0.8 * duration_s if p.sleeps else duration_s
        given = np.arange(0.5 * duration_s, 0.8 * duration_s - 3.0, p.every_s) if p.every_s else np.empty(0)
        stiff = p.inhibition_share < 1
        layers: list[Layer] = []
        parts = []
        for row in range(0, len(MUSCLES), 2):
            for offset, fired in enumerate(_pair(awake, given if stiff else np.empty(0), p, random)):
                name, units = MUSCLES[row + offset], muscle_units(p, random)
                bursts = _bursts(given if stiff else np.empty(0), p)
                volley = volleys(*bursts, units, 60.0, random)
                waves = units.templates(p.sampling_hz)
                every: list[Firing] = [fired, volley]
                if isinstance(fired, Discharges):
                    every = [Discharges.joined([fired, volley])]
                layers += [placed(layered(one, waves), row + offset, len(MUSCLES)) for one in every]
                parts.append(Events("response", (name,) * (bursts[0].size // 2), bursts[0][::2], bursts[1][::2]))
        track = surface_track(self.id, MUSCLES, layers, duration_s, p, random)
        n = len(MUSCLES) if stiff else 0
        tonic = Events("tonic", MUSCLES[:n], np.zeros(n), np.full(n, awake))
        truth = (tonic, Events.merged("response", parts))
        return record([track], random, annotations=_marks(duration_s, given, p)), truth


def _pair(awake: float, given: Floats, p: StiffPersonParameters, random: np.random.Generator) -> list[Firing]:
    """Fire two antagonists without what holds them back; a reflex goes on as activity that decays."""
    # After as many decays nothing is left, to the last bit.
    begin, last = given + p.reflex_ms / 1e3, 750.0 * p.decay_s

    def drive(time: Floats) -> Floats:
        near = slice(*np.searchsorted(begin, [time[0] - last, time[-1]]).tolist())
        since = time[:, None] - given[None, near] - p.reflex_ms / 1e3
        after = np.where(since > 0, np.exp(-np.maximum(since, 0) / p.decay_s), 0.0)
        return np.asarray(p.effort_percent / 100 + 0.25 * np.sum(after, axis=1))

    # With a stronger persistent current and no inhibition to end it, the first reflex would never decay.
    neurones = Conductances(units=p.units, inhibition_share=p.inhibition_share, persistent=0.5)
    return conductance_firing([drive, drive], awake, neurones, random)


def _bursts(given: Floats, p: StiffPersonParameters) -> tuple[Floats, Floats, Floats]:
    """Give start, length and share of two bursts after each stimulus."""
    start = np.ravel(np.column_stack([given + p.reflex_ms / 1e3, given + p.reflex_ms / 1e3 + 0.08]))
    return start, np.full(start.size, 0.04), np.full(start.size, 0.9)


def _marks(duration_s: float, given: Floats, p: StiffPersonParameters) -> list[Annotation]:
    room = duration_s / 8
    marks = [Annotation(i * room, min(p.relax_s, room), "relax") for i in range(4)]
    marks += [Annotation(float(time), 0.0, "stimulus 12 mA median") for time in given]
    return marks + ([Annotation(0.8 * duration_s, 0.2 * duration_s, "sleep")] if p.sleeps else [])


GENERATOR = StiffPerson(StiffPersonParameters())
