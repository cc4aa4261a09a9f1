"""Delsys text exports, built from the published description of their layout."""

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read
from involuntary.model import ChannelKind
from involuntary.testing.formats import FormatContract

EMG = np.random.default_rng(18).normal(0, 1e-4, 520)
ACC = np.random.default_rng(19).normal(0, 1, 40)
HEAD = (
    "Label: L Tibialis: EMG 1 Sampling frequency: 1925.926 Number of points: 520 start: 0 Unit: V Domain Unit: s\n"
    "Label: L Tibialis: ACC.X 1 Sampling frequency: 148.148 Number of points: 40 start: 0 Unit: g Domain Unit: s\n\n"
    'X[s],"L Tibialis: EMG 1",X[s],"L Tibialis: ACC.X 1"\n'
)


def _write(folder, head=HEAD):
    rows = [
        f"{i / 1925.926:.6f},{float(EMG[i])!r}," + (f"{i / 148.148:.6f},{float(ACC[i])!r}" if i < ACC.size else ",")
        for i in range(EMG.size)
    ]
    (folder / "a.csv").write_text(head + "\n".join(rows) + "\n")
    return folder / "a.csv"


class TestContract(FormatContract):
    id = "delsys"

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [EMG, ACC * 9.80665]

    def test_no_identity_gets_through(self, tmp_path):
        pytest.skip("the format has no place for a name")


def test_every_channel_has_its_own_rate(tmp_path):
    recording = read(_write(tmp_path))
    assert [(c.kind, c.rate_hz) for c in recording.channels] == [
        (ChannelKind.EMG, 1925.926),
        (ChannelKind.ACCELEROMETER, 148.148),
    ]


def test_a_hole_is_refused(tmp_path):
    path = _write(tmp_path)
    text = path.read_text().splitlines()
    text[10] = ",".join([text[10].split(",")[0], "", *text[10].split(",")[2:]])
    path.write_text("\n".join(text))
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert str(refusal.value) == (
        "a.csv: the samples of 'L Tibialis: EMG 1' must follow each other without an empty cell or a word;"
        " got one in data row 7; check the file in an editor"
    )


def test_an_export_without_its_columns_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD.split("\n\n")[0])
    with pytest.raises(RecordingError) as refusal:
        read(tmp_path / "a.csv")
    assert str(refusal.value) == (
        "a.csv: a Delsys export needs a line of columns beginning with X[s]; got none; export it again"
    )
