"""Startle: what muscles answer a sudden sound, in which order, and whether they cease to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import jerks, stimuli
from involuntary.detect.bench import Bench
from involuntary.detect.marks import marks
from involuntary.model import ChannelKind, Finding, Recording, Reference, State, Term
from involuntary.phenomena._face import ORBICULARIS_OCULI
from involuntary.phenomena._rows import Row, measured, median
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Startle", "StartleParameters"]

BROWN = Reference(
    "doi:10.1093/brain/114.4.1903",
    "Brown P, Rothwell JC, Thompson PD, et al. Brain 1991;114:1891-1902 and 1903-1928",
    "12 healthy people, 8 patients: the blink does not habituate; sternomastoid, masseter, trunk, then limbs",
)
PROTOCOL = Reference(
    "doi:10.1016/0168-5597(92)90111-n",
    "Electroencephalogr Clin Neurophysiol 1992 (authors not seen)",
    "5 blocks of 4 tones of 105 dB: abnormal is an answer outside the head after the first two blocks; 8 normals",
)
ORDER = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC9619152",
    "review of movements, figure of the startle",
    "latencies of 20 to 150 ms in the order orbicularis oculi, sternomastoid, masseter, biceps, thumb, quadriceps",
)
_TERM = Term("HP:0002267", "Exaggerated startle response")
_SOUNDS = {"sound": stimuli.SOUNDS}
# In the published order; how channels name each.
_MUSCLES = {
    "orbicularis oculi": ORBICULARIS_OCULI,
    "sternomastoid": ("sternomastoid", "sternocleidomastoid", "sternocleido", "scm"),
    "masseter": ("masseter",),
    "biceps": ("biceps",),
    "thumb": ("apb", "abductor", "thenar"),
    "quadriceps": ("quadriceps", "rectus", "vastus"),
}
_IN_THE_HEAD = ("orbicularis oculi", "masseter")


@dataclass(frozen=True, slots=True)
class StartleParameters:
    """When a burst is an answer, and when answers have not habituated.

    Attributes
    ----------
    earliest_ms, latest_ms : float
        An answer begins so long after the sound (20 to 150 ms, and some scatter).
    first_n : int
        Sounds after which a healthy person answers no more outside the head (two blocks of four).
    more_n : int
        Further sounds that are needed to say so.
    answer_share : float
        Of these, that a muscle outside the head still answers (engineering choice).
    """

    earliest_ms: float = 15.0
    latest_ms: float = 200.0
    first_n: int = 8
    more_n: int = 4
    answer_share: float = 0.5


class Startle(Phenomenon[StartleParameters]):
    """Latency of each muscle, their order, and habituation over marked sounds."""

    id = "startle"
    name = "Startle"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (BROWN, PROTOCOL, ORDER)

    def concerns(self, recording: Recording) -> bool:
        """Say whether sounds are marked and a muscle of the startle is named."""
        return bool(marks(recording, _SOUNDS)) and bool(_muscles(recording, recording.channels_of(*self.kinds)))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: StartleParameters) -> Measured:
        """Find the first burst of every muscle after every sound."""
        p = parameters
        sounds = np.array([mark.onset_s for mark in marks(bench.recording, _SOUNDS)])
        muscles = _muscles(bench.recording, channels)
        if not sounds.size or not muscles:
            return self._not_assessed(
                'startle: not assessed: it takes marks of sounds ("tone 105 dB") and named muscles, such as'
                ' "sternomastoid" and "biceps"'
            )
        late = {name: _latencies(bench, channel, sounds, p) for name, channel in muscles.items()}
        rows = [row for name, each in late.items() for row in _rows(name, each, p)]
        rows.append(_order(late))
        measurements = measured(self.id, rows, bench.recording.duration_s)
        finding = _decide(late, sounds.size, tuple(m.id for m in measurements if m.id.startswith("startle.later")), p)
        return Measured((), measurements, (finding,), (finding.rule,))


def _muscles(recording: Recording, channels: Sequence[int]) -> dict[str, int]:
    """Give the first channel of every muscle of the startle, in the published order."""
    found: dict[str, int] = {}
    for muscle, words in _MUSCLES.items():
        for i in channels:
            name = recording.channels[i].name.lower().replace("_", " ").replace("-", " ").split()
            if any(part in words for part in name):
                found.setdefault(muscle, i)
    return found


def _latencies(bench: Bench, channel: int, sounds: NDArray[np.float64], p: StartleParameters) -> NDArray[np.float64]:
    """Give the latency of the first burst after each sound in ms; not-a-number where there is none."""
    found = bench.detect(jerks.detect, channel, jerks.JerkRule())
    onset = np.append(bench.usable(channel).clear(found).onset_s, np.inf)
    first = onset[np.searchsorted(onset, sounds + p.earliest_ms / 1e3)]
    late = 1e3 * (first - sounds)
    return np.where(late <= p.latest_ms, late, np.nan)


def _rows(name: str, late: NDArray[np.float64], p: StartleParameters) -> list[Row]:
    answered = np.isfinite(late)
    word = name.replace(" ", "_")
    later = answered[p.first_n :]
    trend = _trend(answered) if answered.size >= p.more_n else float("nan")
    return [
        Row(f"latency_{word}", median(late[answered]), "ms", int(answered.sum()), "first burst after a sound, median",
            BROWN, needs=1),
        Row(f"share_{word}", float(answered.mean()), "1", answered.size, "sounds that are answered", BROWN, needs=1),
        Row(f"later_{word}", float(later.mean()) if later.size else float("nan"), "1", later.size,
            f"sounds that are answered after the first {p.first_n}", PROTOCOL, needs=p.more_n),
        Row(f"habituation_{word}", trend, "1", answered.size,
            "change of the share of answers from the first to the second half", PROTOCOL, needs=p.more_n),
    ]  # fmt: skip


def _trend(answered: NDArray[np.bool_]) -> float:
    half = answered.size // 2
    return float(answered[half:].mean() - answered[:half].mean())


def _order(late: dict[str, NDArray[np.float64]]) -> Row:
    """Give Kendall's tau between the published order and that of the median latencies."""
    middle = [median(each[np.isfinite(each)]) for each in late.values() if np.isfinite(each).any()]
    signs = [np.sign(after - before) for before, after in combinations(middle, 2)]
    tau = float(np.mean(signs)) if signs else float("nan")
    return Row("order", tau, "1", len(middle), "Kendall's tau of latencies with the published order", ORDER, needs=3)


def _decide(late: dict[str, NDArray[np.float64]], n: int, ids: tuple[str, ...], p: StartleParameters) -> Finding:
    outside = {name: np.isfinite(each[p.first_n :]) for name, each in late.items() if name not in _IN_THE_HEAD}
    if not outside or n < p.first_n + p.more_n:
        why = "no muscle outside the head" if not outside else f"{n} sounds, {p.first_n + p.more_n} needed"
        return Finding(_TERM, State.NOT_ASSESSED, "startle", (), f"startle: not assessed: {why}", PROTOCOL)
    if _IN_THE_HEAD[0] in late and not any(np.isfinite(each).any() for each in late.values()):
        why = f"startle: not assessed: not even the blink answers any of {n} sounds: were they heard?"
        return Finding(_TERM, State.NOT_ASSESSED, "startle", ids, why, PROTOCOL)
    name, share = max(((name, float(each.mean())) for name, each in outside.items()), key=lambda pair: pair[1])
    said = f"after {p.first_n} sounds {name} answers {share:.0%} of {n - p.first_n}"
    if share >= p.answer_share:
        return Finding(_TERM, State.PRESENT, "startle", ids, f"startle: present: {said}, without habituation", PROTOCOL)
    if share <= p.answer_share / 2:
        return Finding(_TERM, State.EXCLUDED, "startle", ids, f"startle: excluded: {said}", PROTOCOL)
    return Finding(_TERM, State.NOT_ASSESSED, "startle", ids, f"startle: not assessed: {said}", PROTOCOL)


PHENOMENON = Startle(StartleParameters())
