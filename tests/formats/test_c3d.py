"""C3D files as the c3d package writes them."""

import warnings

import numpy as np
import pytest

from involuntary.formats import read
from involuntary.model import ChannelKind
from involuntary.testing.formats import FormatContract

c3d = pytest.importorskip("c3d")

EMG = np.random.default_rng(14).normal(0, 1, 2000).astype(np.float32)
FORCE = np.random.default_rng(15).normal(0, 50, 2000).astype(np.float32)


def _write(folder):
    """100 frames a second with ten analog samples each, and one marker."""
    writer = c3d.Writer(point_rate=100, analog_rate=1000)
    writer.set_point_labels(["MARK"])
    writer.set_analog_labels(["EMG RF", "Force Fz"])
    writer.analog_group.add_str("UNITS", "unit of each", "mV  N   ", 4, 2)
    for frame in range(200):
        analog = np.stack([EMG, FORCE])[:, 10 * frame : 10 * frame + 10]
        writer.add_frames((np.zeros((1, 5), np.float32), analog))
    path = folder / "a.c3d"
    with path.open("wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        writer.write(file)
    return path


class TestContract(FormatContract):
    id = "c3d"

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [EMG.astype(float) * 1e-3, FORCE.astype(float)]

    def test_no_identity_gets_through(self, tmp_path):
        pytest.skip("the parameters that may hold a name are not read")


def test_kinds_units_and_rate(tmp_path):
    recording = read(_write(tmp_path))
    assert [(c.name, c.kind, c.unit, c.rate_hz) for c in recording.channels] == [
        ("EMG RF", ChannelKind.EMG, "V", 1000),
        ("Force Fz", ChannelKind.FORCE, "N", 1000),
    ]
