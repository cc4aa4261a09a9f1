"""Event tables: what is written is read, what is wrong is named with its line."""

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats.events_tsv import read_events, write_events
from involuntary.model import Events

POTENTIALS = Events(
    "potential",
    ("left", "right", ""),
    np.array([0.5, 1.0 / 3.0, 2.0])[[1, 0, 2]],
    np.array([0.01, 0.0, 0.012]),
    {"amplitude_uv": np.array([120.0, np.nan, 1e-7]), "unit_id": np.array([1.0, 2.0, 1.0])},
)
BURSTS = Events("burst", ("left",), np.array([1.0]), np.array([0.1]), {"n": np.array([3.0])})


def test_a_table_comes_back_as_it_was(tmp_path):
    write_events(tmp_path / "a_events.tsv", [BURSTS, POTENTIALS])
    potentials, bursts = read_events(tmp_path / "a_events.tsv")
    for got, want in ((potentials, POTENTIALS), (bursts, BURSTS)):
        assert (got.kind, got.channel, sorted(got.features)) == (want.kind, want.channel, sorted(want.features))
        np.testing.assert_array_equal(got.onset_s, want.onset_s)
        np.testing.assert_array_equal(got.duration_s, want.duration_s)
        for name in want.features:
            np.testing.assert_array_equal(got.features[name], want.features[name])


def test_the_file_reads_as_bids_writes_it(tmp_path):
    write_events(tmp_path / "a.tsv", [BURSTS, POTENTIALS[1:]])
    assert (tmp_path / "a.tsv").read_text().splitlines() == [
        "onset\tduration\tevent_type\tchannel\tn\tamplitude_uv\tunit_id",
        "0.5\t0\tpotential\tright\tn/a\tn/a\t2",
        "1\t0.1\tburst\tleft\t3\tn/a\tn/a",
        "2\t0.012\tpotential\tn/a\tn/a\t1e-07\t1",
    ]


def test_no_event_is_a_header_alone(tmp_path):
    write_events(tmp_path / "a.tsv", [Events.none("burst")])
    assert read_events(tmp_path / "a.tsv") == ()


HEAD = "onset\tduration\tevent_type\tchannel\tn\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an event table needs the columns onset, duration, event_type; got no onset; add it"),
        (
            "onset\tduration\n",
            "an event table needs the columns onset, duration, event_type; got no event_type; add it",
        ),
        (HEAD + "1\t2\tburst\n", "every row must hold 5 cells; got 3 in line 2"),
        (
            HEAD + "1\t2\tjerk\ta\t1\n",
            (
                "the event type must be one of potential, burst, silence, train, tonic, clonus, tremor, limb-movement,"
                " stretch-reflex, response; got 'jerk' in line 2"
            ),
        ),
        (
            HEAD + "1\tn/a\tburst\ta\t1\n",
            (
                "the column 'duration' must hold numbers; got 'n/a' in line 2;"
                " leave the column out, or write n/a where nothing is known"
            ),
        ),
        (
            HEAD + "1\t1\tburst\ta\tmany\n",
            (
                "the column 'n' must hold numbers; got 'many' in line 2;"
                " leave the column out, or write n/a where nothing is known"
            ),
        ),
    ],
)
def test_refusals(tmp_path, text, message):
    (tmp_path / "a.tsv").write_text(text)
    with pytest.raises(RecordingError) as refusal:
        read_events(tmp_path / "a.tsv")
    assert str(refusal.value) == f"a.tsv: {message}"


def test_a_missing_table(tmp_path):
    with pytest.raises(RecordingError, match=r"^a.tsv: no such file; check the path$"):
        read_events(tmp_path / "a.tsv")
