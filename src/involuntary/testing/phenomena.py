"""What every phenomenon must do: declare itself, survive any recording, and name nothing where nothing is.

Subclass `PhenomenonContract` in a test and give it a `phenomenon`, as a fixture or by parametrisation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Intervals, Recording, State
from involuntary.model.recording import ArraySource
from involuntary.phenomena import PHENOMENA, Measured, Phenomenon
from involuntary.testing.parameters import assert_documented, assert_frozen_with_units
from involuntary.units import Dimension

__all__ = ["PhenomenonContract", "recording_of"]

Make = Callable[[np.random.Generator, int], NDArray[np.float64]]

# By what a channel measures: (unit, rate in Hz, size of noise in that unit, names of the channels).
_SIGNALS = {
    Dimension.VOLTAGE: ("V", 2000.0, 5e-6, ("first", "second")),
    Dimension.ACCELERATION: ("m/s²", 100.0, 0.02, ("x", "y", "z")),
    Dimension.ANGULAR_VELOCITY: ("deg/s", 100.0, 0.2, ("x", "y", "z")),
    Dimension.ANGLE: ("deg", 100.0, 0.05, ("first",)),
    Dimension.FORCE: ("N", 100.0, 0.01, ("first",)),
    Dimension.TORQUE: ("N·m", 100.0, 0.01, ("first",)),
    Dimension.LENGTH: ("m", 100.0, 1e-5, ("first",)),
}
_NEEDLE_RATE_HZ = 20000.0


def recording_of(kind: ChannelKind, make: Make, duration_s: float, *, unit: str = "", gap_s: float = 0.0) -> Recording:
    """Build a recording of one kind of channel.

    Parameters
    ----------
    kind : ChannelKind
        Of every channel.
    make : callable
        Random generator and number of samples to samples in units of the kind's usual noise.
    duration_s : float
        Recorded time.
    unit : str
        Such as ``"count"``; the kind's usual one when empty.
    gap_s : float
        A pause in the middle of the recording, within which nothing was recorded.
    """
    measured = sorted(kind.dimensions - {Dimension.COUNT}) or [Dimension.VOLTAGE]
    usual, rate, size, names = _SIGNALS[measured[0]]
    rate = _NEEDLE_RATE_HZ if kind is ChannelKind.NEEDLE_EMG else rate
    n = max(1, round(duration_s * rate))
    random = np.random.default_rng(11)
    arrays = tuple(make(random, n) * (1.0 if unit else size) for _ in names)
    channels = tuple(Channel(name, kind, unit or usual, rate, n) for name in names)
    half = n // 2 / rate
    stretches = Intervals.of((0.0, half), (half + gap_s, n / rate + gap_s)) if gap_s else Intervals.empty()
    return Recording("memory", channels, ArraySource(arrays), stretches)


def _noise(random: np.random.Generator, n: int) -> NDArray[np.float64]:
    return random.standard_normal(n)


def _silence(_: np.random.Generator, n: int) -> NDArray[np.float64]:
    return np.zeros(n)


def _hold_together(phenomenon: Phenomenon[Any], measured: Measured) -> None:
    """Hold what is true of every result."""
    assert measured.findings, "a phenomenon always says present, excluded or not assessed"
    ids = [m.id for m in measured.measurements]
    assert len(set(ids)) == len(ids), "measurement ids are unique"
    for m in measured.measurements:
        assert m.id.startswith(f"{phenomenon.id}.")
        assert m.phenomenon == phenomenon.id
        assert m.unit
        assert m.quality
        assert m.method
        assert m.provenance is not None
    for finding in measured.findings:
        assert finding.phenomenon == phenomenon.id
        assert finding.rule, "a finding says which rule fired, or why none could"
        assert set(finding.because) <= set(ids)
        if finding.state is State.NOT_ASSESSED:
            assert measured.notes, "what was not assessed has a note that says why"


class PhenomenonContract:
    """The contract, one promise a test."""

    def test_declares_itself(self, phenomenon: Phenomenon[Any]) -> None:
        """A term of the ontology, the signals that it needs, and where its rule is published."""
        assert phenomenon.id == phenomenon.id.lower().strip()
        assert phenomenon.name
        assert re.fullmatch(r"HP:\d{7}", phenomenon.term.id)
        assert phenomenon.term.label
        assert phenomenon.kinds
        assert all(isinstance(kind, ChannelKind) for kind in phenomenon.kinds)
        assert phenomenon.references
        assert all(reference.id and reference.text for reference in phenomenon.references)
        # One that yields is looked for after those it yields to, which hence yield to none.
        assert not any(PHENOMENA.get(other).yields_to for other in phenomenon.yields_to)

    def test_parameters_are_frozen_documented_and_carry_their_unit(self, phenomenon: Phenomenon[Any]) -> None:
        """A reader of the parameters needs no other page."""
        assert_frozen_with_units(phenomenon.parameters)
        assert_documented(phenomenon.parameters)

    def test_names_nothing_in_noise(self, phenomenon: Phenomenon[Any]) -> None:
        """Whatever the kind of channel."""
        self._names_nothing(phenomenon, _noise, 40.0)

    def test_names_nothing_in_silence(self, phenomenon: Phenomenon[Any]) -> None:
        """A detached electrode is not a quiet muscle."""
        for measured in self._names_nothing(phenomenon, _silence, 40.0):
            assert all(finding.state is State.NOT_ASSESSED for finding in measured.findings)

    def test_survives_what_is_too_short(self, phenomenon: Phenomenon[Any]) -> None:
        """A sample, a fraction of a second."""
        for duration in (1e-4, 0.02, 0.4):
            for measured in self._names_nothing(phenomenon, _noise, duration):
                assert all(finding.state is State.NOT_ASSESSED for finding in measured.findings)

    def test_survives_gaps(self, phenomenon: Phenomenon[Any]) -> None:
        """A discontinuous recording is no event."""
        self._names_nothing(phenomenon, _noise, 40.0, gap_s=7.0)

    def test_works_without_calibration(self, phenomenon: Phenomenon[Any]) -> None:
        """Counts of a converter have no microvolts."""
        for kind in sorted(phenomenon.kinds):
            if Dimension.COUNT in kind.dimensions:
                recording = recording_of(kind, lambda r, n: np.rint(200 * _noise(r, n)), 20.0, unit="count")
                measured = phenomenon.observe(Bench(recording))
                _hold_together(phenomenon, measured)
                assert all(m.unit not in {"V", "mV", "µV"} or np.isnan(m.value) for m in measured.measurements)

    def test_says_when_its_signals_are_missing(self, phenomenon: Phenomenon[Any]) -> None:
        """Not assessed is not absent."""
        other = next(kind for kind in (ChannelKind.STIMULUS, ChannelKind.OTHER) if kind not in phenomenon.kinds)
        channel = Channel("other", other, "V", 100.0, 1000)
        measured = phenomenon.observe(Bench(Recording.from_arrays([np.zeros(1000)], [channel])))
        _hold_together(phenomenon, measured)
        assert all(finding.state is State.NOT_ASSESSED for finding in measured.findings)

    def _names_nothing(
        self, phenomenon: Phenomenon[Any], make: Make, duration_s: float, gap_s: float = 0.0
    ) -> list[Measured]:
        results = []
        for kind in sorted(phenomenon.kinds):
            measured = phenomenon.observe(Bench(recording_of(kind, make, duration_s, gap_s=gap_s)))
            _hold_together(phenomenon, measured)
            assert all(finding.state is not State.PRESENT for finding in measured.findings)
            results.append(measured)
        return results
