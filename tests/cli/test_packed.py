import pickle
from dataclasses import dataclass

import msgspec
import numpy as np
import pytest

from involuntary.cli.packed import packed, unpacked
from involuntary.detect.usable import Usable, UsableRule
from involuntary.model import ChannelKind, Events, HeartSummary, Intervals


def test_values_come_back_as_they_were():
    value = {
        "a": (1, 2.5, None, True, "µV", [np.float64(0.1), np.bool_(False)]),
        "b": Usable(Intervals.of((0.0, 1.5)), (("clipped", Intervals.of((1.5, 2.0))),), 0.75),
        "c": HeartSummary(1.0, 70.0, float("inf"), "µV"),
        "d": ChannelKind.EMG,
        "e": UsableRule(),
    }
    back = unpacked(packed(value))
    assert back == value
    assert type(back["a"][5][0]) is np.float64
    assert back["d"] is ChannelKind.EMG


def test_events_and_arrays_come_back_to_the_bit():
    random = np.random.default_rng(0)
    onset = np.sort(random.random(100))
    events = Events(
        "potential", ("leg",) * 100, onset, random.random(100), {"peak_s": onset + np.pi, "nan": onset * np.nan}
    )
    back = unpacked(packed(events))
    assert (back.kind, back.channel) == (events.kind, events.channel)
    assert np.array_equal(back.onset_s, events.onset_s)
    assert np.array_equal(back.features["nan"], events.features["nan"], equal_nan=True)
    array = random.random((3, 4)).astype(np.float32)
    assert np.array_equal(unpacked(packed(array)), array)
    assert unpacked(packed(array)).dtype == np.float32


@dataclass
class Foreign:
    x: int = 1


@pytest.mark.parametrize("value", [Foreign(), len, object(), np.array([object()]), {1: {2: Foreign()}}])
def test_what_is_no_result_is_not_written(value):
    with pytest.raises(TypeError):
        packed(value)


@pytest.mark.parametrize(
    "plain",
    [
        ["value", "subprocess:Popen", [["true"]]],
        ["value", "involuntary.registry:importlib", []],
        ["value", "involuntary.cli.packed:packed", [1]],
        ["value", "involuntary.model.intervals:Intervals", [1]],
        ["enum", "involuntary.nothing:Here", 1],
        ["array", "|O", [1], b"12345678"],
        ["array", "<f8", [3], b"12345678"],
        ["unknown", 1],
        [],
    ],
)
def test_bytes_that_name_anything_else_are_refused(plain):
    with pytest.raises(ValueError):
        unpacked(msgspec.msgpack.encode(plain))


def test_other_bytes_are_refused():
    for data in (b"", b"\xc1", pickle.dumps([1, 2]), packed((1, 2))[:-1]):
        with pytest.raises(ValueError):
            unpacked(data)
