import threading
import time

import numpy as np
import pytest

from involuntary.detect import abreast as module
from involuntary.detect.abreast import abreast, readable_abreast
from involuntary.model import Channel, ChannelKind, Recording

CHANNEL = Channel("a", ChannelKind.SURFACE_EMG, "V", 1000.0, 1000)


class Slow:
    """A source that tells when two read at once."""

    def __init__(self):
        self.reading, self.most = 0, 0

    def read(self, channel, start, stop):
        self.reading += 1
        self.most = max(self.most, self.reading)
        time.sleep(0.002)
        self.reading -= 1
        return np.zeros(stop - start)


@pytest.fixture(autouse=True)
def _four_processors(monkeypatch):
    monkeypatch.setattr(module, "processors", lambda: 4)
    monkeypatch.setattr(module, "worth_compiling", lambda recording: recording.format == "long")


def test_results_come_in_order_from_several_threads():
    recording, meeting = Recording("long", (CHANNEL,), Slow()), threading.Barrier(4, timeout=10)

    def job(k):
        meeting.wait()  # breaks if the four do not run at once
        time.sleep(0.01 * (4 - k))
        return k

    assert list(abreast(recording, [lambda k=k: job(k) for k in range(4)])) == [0, 1, 2, 3]


def test_a_short_recording_is_not_worth_a_thread():
    recording = Recording("short", (CHANNEL,), Slow())
    assert set(abreast(recording, [threading.get_ident] * 5)) == {threading.get_ident()}


def test_a_failure_is_raised_in_its_turn_and_what_has_not_begun_is_left():
    done = []

    def job(k):
        if k == 1:
            raise ValueError("one")
        time.sleep(0.01)
        done.append(k)

    found = abreast(Recording("long", (CHANNEL,), Slow()), [lambda k=k: job(k) for k in range(100)])
    next(found)
    with pytest.raises(ValueError, match="one"):
        next(found)
    assert len(done) < 20


def test_a_source_is_read_one_at_a_time_unless_it_says_otherwise():
    source = Slow()
    recording = readable_abreast(Recording("long", (CHANNEL,), source))
    list(abreast(recording, [lambda: recording.samples(0)] * 8))
    assert source.most == 1
    free = Recording.from_arrays([np.zeros(1000)], [CHANNEL])
    assert readable_abreast(free) is free
