"""What every generator must do.

Subclass `GeneratorContract` in a test and give it a `generator`, as a fixture or by parametrisation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import EVENT_KINDS, Events, Recording
from involuntary.simulators import Generator
from involuntary.testing.parameters import assert_documented, assert_frozen_with_units

__all__ = ["GeneratorContract"]

_SECONDS = 6.0


def _samples(recording: Recording) -> list[bytes]:
    return [recording.samples(channel).tobytes() for channel in range(len(recording.channels))]


def _columns(truth: tuple[Events, ...]) -> list[tuple[object, ...]]:
    return [
        (e.kind, e.channel, e.onset_s.tobytes(), e.duration_s.tobytes(), *(f.tobytes() for f in e.features.values()))
        for e in truth
    ]


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
        """Whatever is read first."""
        whole, _ = generator.simulate(_SECONDS, 5)
        piecewise, _ = generator.simulate(_SECONDS, 5)
        for channel in reversed(range(len(whole.channels))):
            joined = [b.samples[b.start : b.stop] for b in piecewise.blocks(channel, 7001, 11)]
            assert np.array_equal(np.concatenate(joined), whole.samples(channel))

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
