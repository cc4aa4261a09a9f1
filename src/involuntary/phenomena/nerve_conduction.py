"""Nerve conduction: latency, amplitude and velocity by site, conduction block, unit number index and M wave scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import responses, stimuli
from involuntary.detect.bench import Bench
from involuntary.detect.clipped import clipped_after
from involuntary.detect.late_marks import lateness
from involuntary.detect.site_response import SiteResponse, site_response
from involuntary.detect.sweeps import cut
from involuntary.dsp.unit_number import scan, unit_index
from involuntary.model import ChannelKind, Events, Measurement, Recording, Reference, Term
from involuntary.model.recording import Annotation
from involuntary.norms import Norms, Person, norms
from involuntary.phenomena._conduction import MOTOR, NERVE_OF, SENSORY, Limits, judged, nerve_of
from involuntary.phenomena._evoked import Desk, amount, is_sensory, without_limits
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "NerveConduction", "NerveConductionParameters"]

CHEN = Reference(
    "title:Electrodiagnostic reference values for upper and lower limb nerve conduction studies in adult populations",
    "Chen S, Andary M, Buschbacher R, et al. Muscle Nerve 2016;54:371-377",
    "quality criteria of norms",
)
MUNIX = Reference(
    "doi:10.1002/mus.26099",
    "Nandedkar SD, et al. Motor unit number index: guidelines for recording signals and their analysis. Muscle Nerve"
    " 2018;58:374-380",
    "20 efforts of 500 ms from slight to full force",
)
SCAN = Reference(
    "doi:10.1109/TBME.2022.3212312",
    "Lu Z, Chen M, Zong Y, et al. A novel analysis of CMAP scans from perspective of information theory. IEEE Trans"
    " Biomed Eng 2023;70:1182-1188",
    "scan, D50; the unit number by variance is our own",
)
SPREAD = Reference(
    "doi:10.1016/j.clinph.2020.10.026",
    "Sleutjes BTHM, et al. Impact of stimulus duration on motor unit thresholds and alternation in compound muscle"
    " action potential scans. Clin Neurophysiol 2021;132:323-331",
    "abstract: relative spread of thresholds 1.65 %, thenar, 14 healthy people",
)
_EFFORTS = ("sip", "munix")
# Estimate over truth in 95 of 100 simulated scans of 5 to 120 units at the assumed spread lies between these.
_SCAN_ERROR = (0.66, 1.5)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NerveConductionParameters:
    """What is read, and whose norms hold; engineering choices unless a source is named.

    Attributes
    ----------
    blank_ms, motor_from_ms, sensory_from_ms, to_ms : float
        The artefact, where a motor and a sensory response may begin, and where both end.
    scan_n : int
        So many stimuli of graded strength are a scan.
    relative_spread_percent : float
        Standard deviation of a unit's threshold as a share of it, for the scan (Sleutjes 2021: thenar, 14 people).
    least_spread_percent, most_spread_percent : float
        Between these it is taken to lie in people (judged); the interval of the number of units follows them.
    epoch_s, reference_mv, most_count, least_factor : float
        Length of an effort (Nandedkar 2018), area in mV ms at which the unit number index is read (Li 2016), largest
        ideal count and smallest ratio of areas that are kept (judged: no source that was seen gives them).
    fastest_m_s : float
        No human nerve conducts faster: such a velocity is an onset or a distance mistaken.
    nerve : str
        Where the channel's name does not say.
    age_years, height_m, temperature_c, sex : float, str
        Of the person; 0 and empty where not stated, and then no norm that asks for them holds.
    norms : str
        A table of norms of one's own.
    """

    blank_ms: float = 0.6
    motor_from_ms: float = 1.0
    sensory_from_ms: float = 0.9
    to_ms: float = 30.0
    scan_n: int = 100
    relative_spread_percent: float = 1.65
    least_spread_percent: float = 1.0
    most_spread_percent: float = 2.5
    epoch_s: float = 0.5
    reference_mv: float = 20.0
    most_count: float = 100.0
    least_factor: float = 1.0
    fastest_m_s: float = 90.0
    nerve: str = ""
    age_years: float = 0.0
    height_m: float = 0.0
    temperature_c: float = 0.0
    sex: str = ""
    norms: str = ""

    @property
    def person(self) -> Person:
        """Whose norms hold."""
        age, height, warmth = (v or float("nan") for v in (self.age_years, self.height_m, self.temperature_c))
        return Person(age, height, warmth, self.sex)


class NerveConduction(Phenomenon[NerveConductionParameters]):
    """What a nerve conducts, site by site, and how many units its muscle has left."""

    id = "nerve-conduction"
    name = "Nerve conduction"
    term = Term("HP:0040129", "Abnormal nerve conduction velocity")
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (CHEN, MUNIX, SCAN, SPREAD)

    def concerns(self, recording: Recording) -> bool:
        """Only where marks tell sites or distances, or hold a scan or efforts for the unit number index."""
        given = stimuli.marked(recording)
        scanned = np.unique(given.level[np.isfinite(given.level)]).size >= self.parameters.scan_n
        told = bool(np.isfinite(given.distance_m).any()) or len({site for site in given.site if site}) > 1
        return bool(len(given)) and (told or scanned or bool(_efforts(recording)))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: NerveConductionParameters) -> Measured:
        """Read each channel."""
        given = stimuli.marked(bench.recording)
        table = norms(parameters.norms)
        if not len(given):
            return self._not_assessed("nerve-conduction: not assessed: no marks such as 'stimulus wrist 60 mm'")
        parts = [_channel(self.id, bench, c, given, table, parameters) for c in channels]
        # Where one muscle answers, the silence of the others beside it is none of a nerve.
        answered = [part for part in parts if part.measurements]
        findings = tuple(f for part in answered or parts for f in part.findings)
        if not findings:
            why = "nerve-conduction: not assessed: nothing that was measured has limits (a scan, a unit number)"
            findings = self._not_assessed(why).findings
        measured = tuple(m for part in parts for m in part.measurements)
        known = {*NERVE_OF, *(nerve for test in (MOTOR, SENSORY) for nerve in table.values(test, "nerve"))}
        unknown = without_limits("nerve", parameters.nerve, sorted(known))
        notes = [f"{self.id}: {unknown}"] if unknown else []
        if any(not mark.duration_s for mark in _marked_efforts(bench.recording)):
            notes.append(f"{self.id}: an effort marked as SIP or MUNIX without a duration is not read")
        events = tuple(e for part in parts for e in part.events)
        return Measured(events, measured, findings, (*notes, *(f.rule for f in findings)))


def _channel(
    owner: str, bench: Bench, channel: int, given: stimuli.Stimuli, table: Norms, p: NerveConductionParameters
) -> Measured:
    recording = bench.recording
    meta = recording.channels[channel]
    sensory = is_sensory(meta.name)
    test = SENSORY if sensory else MOTOR
    desk = Desk(owner, meta.name, meta.name, meta.duration_s)
    scanned = _is_scan(given, p)
    groups = [] if scanned else [g for g in given.groups() if g[0] == "nerve"]
    from_ms = p.sensory_from_ms if sensory else p.motor_from_ms
    window = (p.blank_ms / 1e3, from_ms / 1e3, p.to_ms / 1e3)
    read = [
        (name, given[rows], site_response(recording, channel, given[rows], name or "nerve", window, sensory=sensory))
        for _, name, rows in groups
    ]
    sites = [site for _, _, site in read if site is not None]
    sites.sort(key=lambda site: site.distance_m if np.isfinite(site.distance_m) else np.inf)
    found = _sites(sites, desk, recording, channel, sensory)
    events = [_events(desk, ones.time_s, site, *amount(meta)) for _, ones, site in read if site is not None]
    if scanned:
        measured, answers = _scan(recording, channel, given, desk, p)
        found, events = found + measured, events + answers
    found += _units(recording, channel, given, desk, p) if sites and not sensory else []
    cut_off = [
        f"{name or 'nerve'} ({int(beyond.sum())} of {len(ones)})"
        for name, ones, site in read
        if site and (beyond := clipped_after(bench, channel, ones.time_s, *window[1:])).any()
    ]
    silent = [f"{name or 'nerve'} ({len(ones)} stimuli)" for name, ones, site in read if site is None]
    nerve = nerve_of(p.nerve or meta.name, table.values(test, "nerve"))
    limits = Limits(table, test, nerve, p.person, p.fastest_m_s)
    doubts = _late(recording, channel, given) | _doubts(sites, cut_off)
    findings = judged(owner, found, limits, doubts, _absent(meta.name, sites, silent, sensory))
    merged = Events.merged("response", events)
    return Measured((merged,) if len(merged) else (), tuple(found), tuple(findings))


def _events(desk: Desk, time_s: Floats, site: SiteResponse, factor: float, unit: str) -> Events:
    """Give the response to each stimulus of a site, at the latency of their average."""
    onset = time_s[site.rows] + site.latency_s
    features = {
        "latency_ms": np.full(onset.size, 1e3 * site.latency_s),
        f"amplitude_{unit.lower()}": factor * site.each,
    }
    return Events("response", (desk.channel,) * onset.size, onset, np.zeros(onset.size), features)


def _doubts(sites: list[SiteResponse], cut_off: list[str]) -> dict[str, str]:
    """Say which measures are not to be trusted."""
    if cut_off:
        why = f"responses lie beyond the recorder's range, at {', '.join(cut_off)}: record with less gain"
        return dict.fromkeys(("amplitude", "block"), why)
    if mixed := [site.name for site in sites if site.mixed]:
        why = f"responses at {', '.join(mixed)} differ from each other: mark every site by its name, and stimulate"
        return dict.fromkeys(("latency", "amplitude", "velocity", "block"), f"{why} with one supramaximal strength")
    for near, far in pairwise(sites):
        if far.distance_m > near.distance_m and far.latency_s <= near.latency_s:
            way = 1e3 * (far.distance_m - near.distance_m)
            why = f"{far.name}, {way:.0f} mm further than {near.name}, is answered sooner: look at sites and distances"
            return dict.fromkeys(("latency", "amplitude", "velocity", "block"), why)
    return {}


def _late(recording: Recording, channel: int, given: stimuli.Stimuli) -> dict[str, str]:
    """Say that marks come after their stimuli: latencies are too short, and a response is cut where it begins."""
    late = lateness(recording, channel, given.time_s)
    if not late.size:
        return {}
    by = f"a sharp pulse comes {1e3 * float(np.median(late)):.1f} ms before the marks of the stimuli"
    why = f"{by}: record the trigger, or move the marks"
    return dict.fromkeys(("latency", "amplitude", "velocity", "block"), why)


def _absent(channel: str, sites: list[SiteResponse], silent: list[str], sensory: bool) -> dict[str, str]:
    """Say why measures that belong to a study are not there."""
    if silent:
        why = (
            f"{channel}: no response that repeats stands out of the noise at {', '.join(silent)}: none is there, the"
            " stimulus did not reach the nerve, or sites and strengths are mixed under one mark"
        )
        return dict.fromkeys(("velocity", "block") if sites else ("latency", "amplitude", "velocity", "block"), why)
    if not sites:
        return {}
    if not sensory and len(sites) < 2:
        return {"velocity": f"{channel}: one site alone was stimulated; two are needed, with their distances"}
    untold = [site.name for site in sites if not np.isfinite(site.distance_m)]
    return {"velocity": f"{channel}: no distance is marked at {', '.join(untold)}, as in '290 mm'"} if untold else {}


def _is_scan(given: stimuli.Stimuli, p: NerveConductionParameters) -> bool:
    return bool(np.unique(given.level[np.isfinite(given.level)]).size >= p.scan_n)


def _sites(
    sites: list[SiteResponse], desk: Desk, recording: Recording, channel: int, sensory: bool
) -> list[Measurement]:
    factor, unit = (
        (1e6, "µV") if sensory and recording.channels[channel].calibrated else amount(recording.channels[channel])
    )
    found = []
    for number, site in enumerate(sites):
        suffix = "" if number == 0 else f"_{site.name.replace(' ', '_')}"
        at = f"at {site.name}, average of {site.n}"
        found += [
            desk.write(f"latency{suffix}", 1e3 * site.latency_s, "ms", site.n, f"onset, {at}", CHEN),
            desk.write(f"amplitude{suffix}", factor * site.negative, unit, site.n, f"baseline to peak, {at}", CHEN),
        ]
        if sensory:
            found.append(
                desk.write(f"peak_latency{suffix}", 1e3 * site.peak_s, "ms", site.n, f"to the peak, {at}", CHEN)
            )
    if sensory and sites and np.isfinite(sites[0].distance_m):
        speed = sites[0].distance_m / sites[0].latency_s
        found.append(desk.write("velocity", speed, "m/s", sites[0].n, "distance over latency of onset", CHEN))
    for number, (near, far) in enumerate(pairwise(sites) if not sensory else ()):
        suffix = "" if number == 0 else f"_{far.name.replace(' ', '_')}"
        way, time = far.distance_m - near.distance_m, far.latency_s - near.latency_s
        n, between = min(near.n, far.n), f"from {far.name} to {near.name}"
        if np.isfinite(way) and time > 0:
            found.append(desk.write(f"velocity{suffix}", way / time, "m/s", n, f"{between}: {1e3 * way:.0f} mm", CHEN))
        drops = [100 * (1 - f / c) for f, c in ((far.negative, near.negative), (far.area, near.area))]
        found += [
            desk.write(f"{name}{suffix}", drop, "%", n, f"loss {between}", CHEN)
            for name, drop in zip(("block", "block_area"), drops, strict=True)
        ]
    return found


def _scan(
    recording: Recording, channel: int, given: stimuli.Stimuli, desk: Desk, p: NerveConductionParameters
) -> tuple[list[Measurement], list[Events]]:
    sweeps = cut(recording, channel, given, p.to_ms / 1e3, p.blank_ms / 1e3)
    wave = responses.waves(sweeps, p.motor_from_ms / 1e3, p.to_ms / 1e3)
    level, size = given.level[sweeps.rows], np.where(wave.amplitude > 0, wave.amplitude, 0.0)
    known = np.isfinite(level)
    if np.count_nonzero(known) < p.scan_n or not wave.present.any():
        return [], []
    factor, unit = amount(recording.channels[channel])
    timed = np.flatnonzero(wave.present & np.isfinite(wave.latency_s) & known)
    features = {
        "latency_ms": 1e3 * wave.latency_s[timed],
        f"amplitude_{unit.lower()}": factor * size[timed],
        "level": level[timed],
    }
    onset = given.time_s[sweeps.rows][timed] + wave.latency_s[timed]
    answers = Events("response", (desk.channel,) * timed.size, onset, np.zeros(timed.size), features)
    seen = scan(level[known], size[known], p.relative_spread_percent / 100)
    n = int(known.sum())
    low, high = (
        seen.units * spread / p.relative_spread_percent / error
        for spread, error in zip((p.least_spread_percent, p.most_spread_percent), _SCAN_ERROR[::-1], strict=True)
    )
    return [
        desk.write("scan_largest", factor * seen.largest, unit, n, "mean of the strongest tenth, peak to peak", SCAN),
        desk.write("scan_d50", float(seen.d50), "1", n, "fewest steps between neighbours that add to half of it", SCAN),
        desk.write("scan_units", seen.units, "1", n,
                   f"effective number by the variance, thresholds spread by {p.relative_spread_percent:g} %", SCAN,
                   quality="an estimate: it hangs on the spread of thresholds, and large units count for more",
                   interval=(low, high) if np.isfinite(seen.units) else None),
    ], [answers]  # fmt: skip


def _marked_efforts(recording: Recording) -> list[Annotation]:
    return [mark for mark in recording.annotations if mark.text.strip().lower().startswith(_EFFORTS)]


def _efforts(recording: Recording) -> list[tuple[float, float]]:
    marks = _marked_efforts(recording)
    return [(mark.onset_s, mark.onset_s + mark.duration_s) for mark in marks if mark.duration_s > 0]


def _units(
    recording: Recording, channel: int, given: stimuli.Stimuli, desk: Desk, p: NerveConductionParameters
) -> list[Measurement]:
    """Give the unit number index of the largest M wave and the marked efforts."""
    meta = recording.channels[channel]
    if not meta.calibrated or not _efforts(recording):
        return []
    sweeps = cut(recording, channel, given, p.to_ms / 1e3, p.blank_ms / 1e3)
    wave = responses.waves(sweeps, p.motor_from_ms / 1e3, p.to_ms / 1e3)
    if not wave.present.any():
        return []
    best = int(np.argmax(wave.amplitude))
    response = 1e3 * sweeps.window(best, p.motor_from_ms / 1e3, p.to_ms / 1e3)
    step_ms = 1e3 / meta.rate_hz
    epochs = []
    for start, stop in _efforts(recording):
        for at in np.arange(start, stop - p.epoch_s + 1e-9, p.epoch_s):
            first = round(at * meta.rate_hz)
            part = recording.samples(channel, first, min(first + round(p.epoch_s * meta.rate_hz), meta.n_samples))
            epochs.append(1e3 * (part - np.mean(part)))
    areas, powers = (np.array([step_ms * float(np.sum(of(e))) for e in epochs]) for of in (np.abs, np.square))
    of_wave = (step_ms * float(np.sum(np.abs(response))), step_ms * float(np.sum(response**2)))
    index = unit_index(
        of_wave, (areas, powers), reference=p.reference_mv, most=p.most_count, least_ratio=p.least_factor
    )  # fmt: skip
    if index is None:
        few = f"{len(epochs)} efforts, too few that can be kept"
        return [desk.write("munix", np.nan, "1", len(epochs), "unit number index", MUNIX, quality=few)]
    quality = "good" if index.used >= 20 else f"{index.used} of at least 20 efforts"
    size = 1e6 * float(wave.amplitude[best])
    return [
        desk.write("munix", index.munix, "1", index.used,
                   f"ideal count at {p.reference_mv:g} mV ms: an index, not a number of units", MUNIX,
                   quality=quality),
        desk.write("musix", size / index.munix, "µV", index.used, "largest M wave over it", MUNIX, quality=quality),
    ]  # fmt: skip


PHENOMENON = NerveConduction(NerveConductionParameters())
