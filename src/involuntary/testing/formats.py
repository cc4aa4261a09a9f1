"""What every recording format must hold to.

Subclass `FormatContract` in a test file, fill in its two hooks, and pytest runs the rules.
"""

from __future__ import annotations

import pickle
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import InvoluntaryError, RecordingError
from involuntary.formats import FORMATS, ReadOptions, RecordingFormat, read, write
from involuntary.model import Recording
from involuntary.phenomena import observe
from involuntary.reports import REPORTS, Subject
from involuntary.units import parse_unit

__all__ = ["IDENTITY", "FormatContract", "contracts_in", "refusal_of"]

#: Put it in the fixture wherever the format has room for a person's name, code or birth date.
IDENTITY = "Mustermann"
_CUTS = 24


class FormatContract:
    """Rules for one format; `options` is what a user must state to read the fixture."""

    id: str
    options = ReadOptions()
    #: Greatest difference to the truth, in the channel's unit.
    tolerance = 1e-12

    @abstractmethod
    def fixture(self, folder: Path) -> Path:
        """Write a small file with an independent writer, `IDENTITY` in it, and give its path."""

    @abstractmethod
    def truth(self) -> Sequence[NDArray[np.float64]]:
        """Give the samples of every signal channel in the unit that `read` gives."""

    def _format(self) -> RecordingFormat:
        return FORMATS.get(self.id)

    def _read(self, folder: Path) -> Recording:
        return read(self.fixture(folder), self.options)

    def test_it_is_registered_under_its_id(self) -> None:
        """Its id finds it, and it says what it is called and which suffixes it claims."""
        plugin = self._format()
        assert plugin.id == self.id
        assert plugin.name
        assert all(s.startswith(".") and s == s.lower() for s in plugin.suffixes)

    def test_exactly_this_format_claims_the_fixture(self, tmp_path: Path) -> None:
        """No other format would take the file away."""
        path = self.fixture(tmp_path)
        head = path.read_bytes()[:4096] if path.is_file() else b""
        assert [f.id for f in FORMATS if f.sniff(path, head)] == [self.id]
        assert self._read(tmp_path).format == self.id

    def test_samples_are_those_that_were_written(self, tmp_path: Path) -> None:
        """Every sample of every channel."""
        recording, truth = self._read(tmp_path), self.truth()
        assert len(recording.channels) == len(truth)
        for index, samples in enumerate(truth):
            assert recording.channels[index].n_samples == samples.size
            np.testing.assert_allclose(recording.samples(index), samples, rtol=0, atol=self.tolerance)

    def test_any_stretch_equals_that_stretch_of_the_whole(self, tmp_path: Path) -> None:
        """Empty and single-sample stretches included."""
        recording = self._read(tmp_path)
        random = np.random.default_rng(0)
        for index, channel in enumerate(recording.channels):
            whole = recording.samples(index)
            for start, stop in np.sort(random.integers(0, channel.n_samples + 1, (20, 2)), axis=1).tolist():
                np.testing.assert_array_equal(recording.samples(index, start, stop), whole[start:stop])

    def test_samples_lie_in_the_stated_range_and_are_finite(self, tmp_path: Path) -> None:
        """So that a sample at an end of the range is known to be clipped."""
        recording = self._read(tmp_path)
        for index, channel in enumerate(recording.channels):
            samples = recording.samples(index)
            assert np.all(np.isfinite(samples))
            assert np.all((samples >= channel.lowest) & (samples <= channel.highest))

    def test_units_are_those_that_samples_are_held_in(self, tmp_path: Path) -> None:
        """SI, or count; only kinds that nothing is computed from may keep a foreign unit."""
        for channel in self._read(tmp_path).channels:
            if channel.kind.dimensions:
                assert parse_unit(channel.unit).si == channel.unit
                assert parse_unit(channel.unit).dimension in channel.kind.dimensions

    def test_no_identity_gets_through(self, tmp_path: Path) -> None:
        """Neither in a value nor in what a source carries, the path aside."""
        path = self.fixture(tmp_path)
        assert IDENTITY.encode() in path.read_bytes() if path.is_file() else True
        recording = read(path, self.options)
        shown = repr((recording.channels, recording.annotations, recording.notes, recording.segments))
        assert IDENTITY.lower() not in shown.lower()

    def test_no_identity_gets_into_what_is_made_of_it(self, tmp_path: Path) -> None:
        """Neither into a result nor into a file of any format that it is converted to."""
        recording = self._read(tmp_path)
        made = [REPORTS.get("json").render(Subject(observe(recording), (recording,)))]
        folder = tmp_path / "made"
        folder.mkdir()
        for other in (f for f in FORMATS if f.writes):
            with suppress(RecordingError):  # what a format cannot hold it refuses
                write(recording, folder / (other.id if other.folder else f"a{other.suffixes[0]}"))
        made += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert not [len(one) for one in made if IDENTITY.lower().encode() in one.lower()]

    def test_a_recording_can_be_sent_to_another_process(self, tmp_path: Path) -> None:
        """No open handle in it."""
        recording = self._read(tmp_path)
        again = pickle.loads(pickle.dumps(recording.source))  # noqa: S301
        np.testing.assert_array_equal(again.read(0, 0, 3), recording.samples(0, 0, 3))

    def test_a_file_cut_anywhere_is_read_or_refused_in_one_line(self, tmp_path: Path) -> None:
        """Never another exception, never a message of several lines."""
        path = self.fixture(tmp_path)
        if not path.is_file():
            return
        whole = path.read_bytes()
        for cut in np.linspace(0, len(whole) - 1, _CUTS).astype(int).tolist():
            path.write_bytes(whole[:cut])
            assert "\n" not in refusal_of(path, self.options)


def contracts_in(module: ModuleType) -> list[FormatContract]:
    """Give one of each contract test in a test file, so that other tests can damage their fixtures."""
    classes = [value for value in vars(module).values() if isinstance(value, type)]
    return [c() for c in classes if issubclass(c, FormatContract) and c.__name__.startswith("Test")]


def refusal_of(path: Path, options: ReadOptions) -> str:
    """Read everything in a file; give the refusal's message, or nothing where it was read."""
    try:
        recording = read(path, options)
        for index in range(len(recording.channels)):
            recording.samples(index)
    except InvoluntaryError as refusal:
        return str(refusal)
    return ""
