import pytest

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.formats.marks_tsv import read_marks


def test_marks_of_a_table_join_a_recording_that_cannot_hold_any(tmp_path):
    (tmp_path / "a.csv").write_text("time_s,EMG biceps [uV]\n" + "".join(f"{i / 100},{i % 7}\n" for i in range(300)))
    (tmp_path / "m.tsv").write_text("onset\tduration\ttrial_type\n2\tn/a\tstimulus 12 mA\n0.5\t1.5\tcramp\n")
    assert read(tmp_path / "a.csv").annotations == ()
    marks = read(tmp_path / "a.csv", ReadOptions(marks=str(tmp_path / "m.tsv"))).annotations
    assert [(m.onset_s, m.duration_s, m.text) for m in marks] == [(0.5, 1.5, "cramp"), (2.0, 0.0, "stimulus 12 mA")]


@pytest.mark.parametrize(
    ("table", "says"),
    [("onset\tduration\n1\t2\n", "trial_type"), ("onset\tduration\ttrial_type\nx\t2\tcramp\n", "seconds")],
)
def test_a_table_that_tells_no_marks_is_refused(tmp_path, table, says):
    (tmp_path / "m.tsv").write_text(table)
    with pytest.raises(RecordingError, match=says):
        read_marks(tmp_path / "m.tsv")


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(RecordingError, match="no such file"):
        read_marks(tmp_path / "m.tsv")
