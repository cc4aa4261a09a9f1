"""What every generator must do.

Subclass `GeneratorContract` in a test and give it a `generator`, as a fixture or by parametrisation.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError
from involuntary.model import EVENT_KINDS, Events, Recording
from involuntary.simulators import Generator, _chunks
from involuntary.testing.parameters import assert_documented, assert_frozen_with_units

__all__ = ["GeneratorContract"]

_SECONDS = 6.0
# Samples that are made together: few enough for some borders within these seconds.
_CHUNK = 1 << 12
_SEARCHED_S = 20.0


def _samples(recording: Recording) -> list[bytes]:
    return [recording.samples(channel).tobytes() for channel in range(len(recording.channels))]


def _columns(truth: tuple[Events, ...]) -> list[tuple[object, ...]]:
    return [
        (e.kind, e.channel, e.onset_s.tobytes(), e.duration_s.tobytes(), *(f.tobytes() for f in e.features.values()))
        for e in truth
    ]


def _stands(recording: Recording, name: str, events: Events) -> bool:
    """Say whether what is averaged over the events stands out of the same average of events moved in a circle."""
    channel = recording.index(name)
    rate, emg = recording.channels[channel].rate_hz, recording.channels[channel].kind.is_emg
    x = recording.samples(channel)
    # Gravity, posture and baselines are no event.
    y = x - np.median(x) if emg else np.diff(x, append=x[-1])
    own = np.array([told == name for told in events.channel])
    first = np.rint(events.onset_s[own] * rate).astype(int)
    # An answer may be marked by its onset alone.
    length = np.maximum(np.rint(events.duration_s[own] * rate), np.ceil(0.005 * rate)).astype(int)
    shifts = np.random.default_rng(0).integers(y.size // 50, y.size - y.size // 50, 40)
    if "unit_id" in events.features:
        # Potentials of one unit are alike and may be smaller than the noise: their mean wave stands out of it.
        units = events.features["unit_id"][own]
        unit = units == np.bincount(units.astype(int)).argmax()
        moved = [_mean_wave(y, first[unit] + shift, int(length[unit][0])) for shift in (0, *shifts)]
    else:
        moved = [_mean_power(y, first + shift, length) for shift in (0, *shifts)]
    stands = np.array(moved[0]) < moved[1:] if events.kind == "silence" else np.array(moved[0]) > moved[1:]
    return bool(np.mean(stands) >= 0.9)


def _mean_wave(y: NDArray[np.float64], first: NDArray[np.int_], length: int) -> float:
    """Give the power of the mean wave."""
    return float(np.mean(np.mean(y[(first[:, None] + np.arange(length)) % y.size], axis=0) ** 2))


def _mean_power(y: NDArray[np.float64], first: NDArray[np.int_], length: NDArray[np.int_]) -> float:
    """Give the mean of the logarithms of the power in each event."""
    power = np.concatenate([[0.0], np.cumsum(np.concatenate([y, y]) ** 2)])
    start = first % y.size
    return float(np.mean(np.log((power[start + length] - power[start]) / length + 1e-30)))


class GeneratorContract:
    """The contract, one promise a test."""

    def test_says_who_it_is(self, generator: Generator[Any]) -> None:
        """An id, a name and a docstring."""
        assert generator.id == generator.id.lower().strip()
        assert generator.name
        assert type(generator).__doc__

    def test_parameters_are_frozen_documented_and_carry_their_unit(self, generator: Generator[Any]) -> None:
        """A reader of the parameters needs no other page."""
        assert_frozen_with_units(generator.parameters)
        assert_documented(generator.parameters)

    def test_the_same_seed_gives_the_same_bytes(self, generator: Generator[Any]) -> None:
        """And another seed gives others."""
        recording, truth = generator.simulate(_SECONDS, 3)
        again, truth_again = generator.simulate(_SECONDS, 3)
        assert _samples(recording) == _samples(again)
        assert _columns(truth) == _columns(truth_again)
        other, _ = generator.simulate(_SECONDS, 4)
        assert _samples(recording) != _samples(other)

    def test_blocks_equal_the_whole(self, generator: Generator[Any]) -> None:
        """Whatever is read first, across the borders of what is made together."""
        with patch.object(_chunks, "CHUNK", _CHUNK):
            whole, _ = generator.simulate(_SECONDS, 5)
            piecewise, _ = generator.simulate(_SECONDS, 5)
            for channel in reversed(range(len(whole.channels))):
                every = whole.samples(channel)
                assert np.array_equal(piecewise.samples(channel, every.size // 2), every[every.size // 2 :])
                joined = [b.samples[b.start : b.stop] for b in piecewise.blocks(channel, 7001, 11)]
                assert np.array_equal(np.concatenate(joined), every)

    def test_truth_lies_in_the_recording(self, generator: Generator[Any]) -> None:
        """On a channel that is there, from its first to its last second."""
        recording, truth = generator.simulate(_SECONDS, 6)
        names = {channel.name for channel in recording.channels}
        for events in truth:
            assert events.kind in EVENT_KINDS
            assert set(events.channel) <= names
            assert np.all(np.diff(events.onset_s) >= 0)
            assert np.all(events.onset_s >= 0)
            assert np.all(events.stop_s <= recording.duration_s + 1e-9)

    def test_truth_matches_the_signal(self, generator: Generator[Any]) -> None:
        """What is averaged over the events stands out of what is averaged over times that are as many, elsewhere."""
        recording, truth = generator.simulate(_SEARCHED_S, 8)
        for events in truth:
            for name in sorted(set(events.channel)):
                told = np.array([channel == name for channel in events.channel])
                if np.sum(events.duration_s[told]) > recording.duration_s / 3 and "unit_id" not in events.features:
                    continue
                assert _stands(recording, name, events), f"{events.kind} on {name}: the signal tells nothing of it"

    def test_lasts_as_long_as_asked(self, generator: Generator[Any]) -> None:
        """From one second on."""
        for duration in (1.0, 2.5):
            recording, _ = generator.simulate(duration, 7)
            for number, channel in enumerate(recording.channels):
                assert abs(channel.duration_s - duration) <= 0.5 / channel.rate_hz
                assert np.all(np.isfinite(recording.samples(number)))

    def test_refuses_a_duration_that_is_none(self, generator: Generator[Any]) -> None:
        """Zero, negative, not a number."""
        for duration in (0.0, -1.0, float("nan"), float("inf")):
            try:
                generator.simulate(duration, 0)
            except ParameterError:
                continue
            raise AssertionError(f"{generator.id} made a recording of {duration} s")
