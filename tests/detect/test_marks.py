import numpy as np

from involuntary.detect.marks import between, marks, spans
from involuntary.model import Annotation, Channel, ChannelKind, Recording


def _recording(*annotations):
    channel = Channel("EMG", ChannelKind.SURFACE_EMG, "V", 100.0, 10000)
    return Recording.from_arrays([np.zeros(10000)], [channel], annotations=[Annotation(*a) for a in annotations])


def test_a_mark_is_known_by_its_first_words_and_the_longest_that_fit():
    recording = _recording(
        (5, 0, "Sleep stage R"),
        (3, 2, "stimulus: 12.5 mA"),
        (4, 0, "stimulation-like"),
        (1, 0, "x"),
        (6, 0, "Sleep stage#2"),
    )
    found = marks(recording, {"rem": ("sleep stage r",), "sleep": ("sleep stage",), "stimulus": ("stimulus",)})
    assert [(m.name, m.onset_s) for m in found] == [("stimulus", 3), ("rem", 5), ("sleep", 6)]
    assert found[0].number == 12.5
    assert np.isnan(found[1].number)


def test_a_mark_without_duration_holds_until_the_next():
    recording = _recording((10, 0, "cuff on"), (30, 0, "cuff off"), (50, 5, "cuff on"))
    assert list(between(recording, ("cuff on",), ("cuff off",))) == [(10, 30), (50, 55)]
    found = marks(recording, {"on": ("cuff on",)})
    assert list(spans(found[:1], "on", 100.0)) == [(10, 100)]
