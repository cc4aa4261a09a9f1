"""From every format that can be written to every other and back: the same channels and samples."""

import itertools

import numpy as np
import pytest

from involuntary.formats import FORMATS, read, write
from involuntary.model import Annotation, Channel, ChannelKind, Recording

NAMES = {f.id: "a" if f.folder else f"a{f.suffixes[0]}" for f in FORMATS if f.writes}
SAMPLES = np.random.default_rng(51).integers(-30000, 30000, (2, 4000)) * 1e-8


def _recording():
    kinds = (ChannelKind.SURFACE_EMG, ChannelKind.EEG)
    channels = [Channel(f"{kind} left", kind, "V", 1000.0, 4000) for kind in kinds]
    return Recording.from_arrays(list(SAMPLES), channels, annotations=[Annotation(1.5, 0.0, "cramp")])


@pytest.mark.parametrize(("first", "second"), list(itertools.product(NAMES, NAMES)))
def test_what_is_converted_stays_what_it_was(first, second, tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    write(_recording(), tmp_path / "1" / NAMES[first])
    write(read(tmp_path / "1" / NAMES[first]), tmp_path / "2" / NAMES[second])
    again = read(tmp_path / "2" / NAMES[second])
    assert again.format == second
    wanted = [(c.name, c.kind, c.unit, c.rate_hz, c.n_samples) for c in _recording().channels]
    assert [(c.name, c.kind, c.unit, c.rate_hz, c.n_samples) for c in again.channels] == wanted
    # Sixteen bits over the range of the channel, in each of two steps.
    for index, samples in enumerate(SAMPLES):
        np.testing.assert_allclose(again.samples(index), samples, atol=2 * 6e-4 / 65535)
    # A table of numbers alone has no room for remarks.
    kept = () if "parquet" in (first, second) else ("cramp",)
    assert tuple(a.text for a in again.annotations) == kept
