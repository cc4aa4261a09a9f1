import io
import sys

import numpy as np

import involuntary as iv
from involuntary.cli.progress import watched


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def _recording():
    recording, _ = iv.simulate("rest", duration=5, seed=1)
    return recording


def test_nothing_is_written_in_a_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    recording = _recording()
    with watched(recording) as (shown, doing):
        assert shown is recording
        assert doing is None


def test_a_terminal_shows_task_channel_and_share_and_is_left_clean(monkeypatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    recording = _recording()
    with watched(recording) as (shown, doing):
        doing("fasciculation")
        half = shown.channels[0].n_samples // 2
        assert np.array_equal(shown.samples(0, 0, half), recording.samples(0, 0, half))
    written = terminal.getvalue()
    assert f"fasciculation  {recording.channels[0].name}   50 %" in written
    assert written.endswith("\r\x1b[2K")
