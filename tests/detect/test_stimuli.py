"""Marks and pulses of stimuli."""

import numpy as np
import pytest

from involuntary.detect.stimuli import efforts, evoked_time, find, from_artefact, runs, trains, unread
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import Annotation
from involuntary.phenomena import observe


def recording(*marks, pulses=None, unit="V"):
    kind = ChannelKind.OTHER if pulses is None else ChannelKind.STIMULUS
    samples = np.zeros(2000) if pulses is None else pulses
    annotations = [Annotation(float(at), 0.0, text) for at, text in marks]
    return Recording.from_arrays([samples], [Channel("a", kind, unit, 1000.0, 2000)], annotations=annotations)


@pytest.mark.parametrize(
    ("text", "kind", "level", "unit", "site", "distance_m"),
    [
        ("stimulus", "nerve", np.nan, "", "", np.nan),
        ("Stimulus 12.5 mA", "nerve", 12.5, "mA", "", np.nan),
        ("stim: elbow, 220 mm", "nerve", np.nan, "", "elbow", 0.22),
        ("stimulation 40 mA above knee 31.5 cm", "nerve", 40.0, "mA", "above knee", 0.315),
        ("stimulus 3", "nerve", 3.0, "", "", np.nan),
        ("TMS 60 %", "magnetic", 60.0, "%", "", np.nan),
        ("stimulus 120 uA wrist", "nerve", 120.0, "µA", "wrist", np.nan),
        ("Stimulus/S  1", "nerve", 1.0, "", "s", np.nan),
        ("stimulus 8 mA supraorbital left", "blink", 8.0, "mA", "supraorbital left", np.nan),
        ("Electrical stimulus: supraorbital", "blink", np.nan, "", "supraorbital", np.nan),
        ("supraorbital 8 mA left", "blink", 8.0, "mA", "supraorbital left", np.nan),
        ("stim_12", "nerve", 12.0, "", "", np.nan),
        ("Electrical stimulation: 8 mA", "nerve", 8.0, "mA", "", np.nan),
        ("stimulus 3 Hz 20 mA", "nerve", 20.0, "mA", "", np.nan),
    ],
)
def test_a_mark_tells_strength_site_and_distance(text, kind, level, unit, site, distance_m):
    found = find(recording((0.5, text)))
    assert (found.kind, found.site, found.unit) == ((kind,), (site,), unit)
    np.testing.assert_array_equal(found.level, [level])
    np.testing.assert_allclose(found.distance_m, [distance_m])


@pytest.mark.parametrize("text", ["rest", "stimulator was moved", "posture", "", "a stimulus"])
def test_other_marks_are_no_stimuli(text):
    assert len(find(recording((0.5, text)))) == 0


def test_strengths_in_two_units_do_not_compare():
    found = find(recording((0.1, "stimulus 5 mA"), (0.2, "stimulus 60 V")))
    assert np.all(np.isnan(found.level))
    assert found.unit == ""


def test_pulses_of_a_stimulus_channel_are_stimuli_and_their_height_is_the_strength():
    pulses = np.zeros(2000)
    for at, height in ((200, 1.0), (900, 2.0), (1500, 3.0)):
        pulses[at : at + 3] = height
    found = find(recording(pulses=pulses))
    np.testing.assert_allclose(found.time_s, [0.2, 0.9, 1.5])
    np.testing.assert_allclose(found.level, [1, 2, 3])
    same = find(recording(pulses=(pulses > 0).astype(float)))
    assert np.all(np.isnan(same.level))
    codes = find(recording(pulses=np.rint(pulses), unit="count"))
    assert len(codes) == 3
    assert np.all(np.isnan(codes.level))
    assert len(find(recording(pulses=np.zeros(2000)))) == 0


def test_marks_go_before_pulses():
    assert find(recording((0.5, "stimulus"), pulses=np.zeros(2000))).time_s.tolist() == [0.5]


def test_groups_are_places_in_order_of_appearance():
    given = find(recording((0.1, "stimulus wrist"), (0.2, "stimulus elbow"), (0.3, "stimulus wrist")))
    assert [(site, rows.tolist()) for _, site, rows in given.groups()] == [("wrist", [0, 2]), ("elbow", [1])]


def test_runs_are_cut_at_long_intervals():
    assert [r.tolist() for r in runs(np.array([0.0, 0.3, 0.6, 5.0, 5.3]), 0.3)] == [[0, 1, 2], [3, 4]]
    assert runs(np.empty(0), 1.0) == []


def test_efforts_last_as_their_mark_says():
    spans = efforts(recording((0.2, "exercise 10 s"), (40, "effort")))
    assert spans.start_s.tolist() == [0.2, 40.0]
    assert spans.stop_s[0] == pytest.approx(10.2)


@pytest.mark.parametrize(
    ("marks", "start_s", "stop_s"),
    [
        ([(5, "exercise: 30 sec")], 5, 35),
        ([(5, "Maximal voluntary contraction 1 min")], 5, 65),
        ([(5, "exercise start"), (25, "exercise end")], 5, 25),
        ([(100, "post-exercise 60 s")], 39.999, 40),
    ],
)
def test_efforts_are_written_in_many_ways(marks, start_s, stop_s):
    spans = efforts(recording(*marks))
    np.testing.assert_allclose([spans.start_s, spans.stop_s], [[start_s], [stop_s]])


def test_one_mark_tells_of_a_train_by_its_rate_and_count_or_length():
    np.testing.assert_allclose(find(recording((1, "stimulation 2 Hz 4 stimuli"))).time_s, [1, 1.5, 2, 2.5])
    long = Recording.from_arrays(
        [np.zeros(9)],
        [Channel("a", ChannelKind.EMG, "V", 1.0, 9)],
        annotations=[Annotation(1.0, 2.0, "stimulus 2 Hz 7 mA")],
    )
    np.testing.assert_allclose(find(long).time_s, [1, 1.5, 2, 2.5])
    assert find(long).level.tolist() == [7, 7, 7, 7]
    assert find(recording((1, "stimulus 2 Hz"))).time_s.tolist() == [1]


def test_numbers_that_count_stimuli_are_no_strengths():
    counted = find(recording(*((0.5 + 0.3 * i, f"stimulus {i + 1}") for i in range(5))))
    grown = find(recording(*((0.5 + 0.3 * i, f"stimulus {i + 1} mA") for i in range(5))))
    assert [run.size for run in trains(counted, 0.67, 4)] == [5]
    assert trains(grown, 0.67, 4) == []


def test_evoked_time_follows_marks():
    spans = evoked_time(recording((0.5, "stimulus"), (1.5, "rest")))
    assert spans.contains(np.array([0.6, 1.6])).tolist() == [True, False]


def test_what_a_filter_spreads_before_a_stimulus_is_evoked_too():
    spans = evoked_time(recording((0.5, "TMS 60 %")))
    assert spans.contains(np.array([0.47, 0.488, 0.79, 0.81])).tolist() == [False, True, True, False]


def test_noise_and_a_contraction_hold_no_artefact():
    random = np.random.default_rng(0)
    for scale in (1e-6, 3e-4):
        samples = np.convolve(random.normal(0, scale, 40_004), [0.2, 0.6, 1, 0.6, 0.2], mode="valid")
        channel = Channel("a", ChannelKind.SURFACE_EMG, "V", 10_000.0, samples.size)
        assert len(from_artefact(Recording.from_arrays([samples], [channel]), 0)) == 0


def test_a_stimulus_that_two_programs_have_marked_is_one():
    found = find(
        recording((0.5, "stimulus wrist 70 mm"), (0.5001, "stim"), (1.5, "stim"), (1.5, "stimulus elbow 290 mm"))
    )
    assert found.time_s.tolist() == [0.5, 1.5]
    assert found.site == ("wrist", "elbow")
    both = find(recording((0.5, "stimulus 12 mA"), (0.5, "TMS 60 %"), (0.502, "stimulus 12 mA")))
    assert both.kind == ("nerve", "magnetic", "nerve")


def test_what_follows_the_pulses_of_a_stimulator_is_evoked_and_what_follows_a_clock_is_not():
    pulses = np.zeros(2000)
    pulses[[500, 1500]] = 5.0
    spans = list(evoked_time(recording(pulses=pulses)))
    assert spans == [pytest.approx((0.48, 0.8)), pytest.approx((1.48, 1.8))]
    clock = np.zeros(2000)
    clock[::40] = 5.0
    assert not len(evoked_time(recording(pulses=clock)))
    assert len(evoked_time(recording((0.5, "stimulus"), pulses=clock))) == 1


def test_a_second_stimulus_channel_is_said_to_be_passed_over():
    pulses = np.zeros(2000)
    pulses[500:505] = 5.0
    channels = [Channel(name, ChannelKind.STIMULUS, "V", 1000.0, 2000) for name in ("left", "right")]
    two = Recording.from_arrays([pulses, np.roll(pulses, 700)], channels)
    said = "stimuli are read from the first of left, right that has pulses, and not from the others:"
    assert unread(two).startswith(said)
    assert any(note.startswith(said) for note in observe(two, ["evoked"]).notes)
    marks = [Annotation(0.5, 0.0, "stimulus")]
    assert unread(Recording.from_arrays([pulses, pulses], channels, annotations=marks)) == ""
    assert unread(recording(pulses=pulses)) == ""
