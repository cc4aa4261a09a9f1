"""What `read` and `write` refuse before any format is asked."""

import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read, write
from involuntary.model import Recording


def _refusal(path):
    with pytest.raises(RecordingError) as refusal:
        read(path)
    return str(refusal.value)


def test_a_missing_file(tmp_path):
    assert _refusal(tmp_path / "none.edf") == "none.edf: no such file; check the path"


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.edf").touch()
    assert _refusal(tmp_path / "empty.edf") == "empty.edf: the file is empty; got 0 bytes; record or copy it again"


def test_an_unknown_format(tmp_path):
    (tmp_path / "a.xyz").write_bytes(b"\x01\x02\x03")
    message = _refusal(tmp_path / "a.xyz")
    assert message.startswith("a.xyz: is of no known recording format; got '.xyz'; known suffixes: .")
    assert {".bdf", ".csv", ".edf", ".tsv"} <= set(message.replace(",", "").split())


def test_an_edf_under_another_name_is_known_by_its_content(tmp_path):
    (tmp_path / "a.xyz").write_bytes(b"0       ")
    assert _refusal(tmp_path / "a.xyz") == (
        "a.xyz: the header needs 256 bytes; got a file of 8 bytes; it was cut short: copy or export it again"
    )


def test_writing_to_an_unknown_suffix(tmp_path):
    with pytest.raises(RecordingError, match=r"^a.xyz: no format that can be written has this suffix; got '.xyz'; use"):
        write(Recording.from_arrays([], []), tmp_path / "a.xyz")
