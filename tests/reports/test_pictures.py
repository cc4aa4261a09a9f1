"""The pictures that an observation deserves, with axes that name their units."""

from dataclasses import replace

import numpy as np

from involuntary.model import (
    Channel,
    ChannelKind,
    ChannelSummary,
    Events,
    Measurement,
    Observation,
    Recording,
    RecordingSummary,
    Reference,
)  # fmt: skip
from involuntary.reports.pictures import pictures


def test_all_four_pictures_of_a_rich_recording(observation, recording):
    shown = pictures(observation, recording, "o")
    assert [picture.title for picture in shown.shown] == ["Traces", "Close up", "Rate over time", "Spectrum"]
    assert [(key.label, key.n) for key in shown.keys] == [("potential", 40), ("tremor", 2)]
    assert shown.unusable == ("voluntary activity", "clipped")


def test_axes_name_their_units(observation, recording):
    traces, closeup, rate, spectrum = pictures(observation, recording, "o").shown
    for picture, labels in (
        (traces, ("Time (s)", "µV", "m/s²", "left calf")),
        (closeup, ("Time (ms)", "Time (s)", "µV")),
        (rate, ("Time (s)", "per min")),
        (spectrum, ("Frequency (Hz)", "m/s²/√Hz", "5.2 Hz")),
    ):
        for text in (picture.wide, picture.narrow):
            for label in labels:
                assert f">{label}" in text, (picture.title, label)


def test_every_picture_says_what_it_shows(observation, recording):
    for picture in pictures(observation, recording, "o").shown:
        assert picture.wide.count("aria-label=") == picture.narrow.count("aria-label=") == 1


def test_without_the_recording_there_is_a_time_line(observation):
    titles = [picture.title for picture in pictures(observation, None, "o").shown]
    assert titles == ["Traces", "Rate over time"]


def test_nothing_recorded_is_nothing_drawn(empty):
    assert pictures(empty, None, "o").shown == ()


def test_many_channels_are_counted_and_those_with_events_are_drawn(observation):
    quiet = tuple(ChannelSummary(f"q{i}", "emg", "µV", 1000.0, 1.0) for i in range(20))
    crowd = replace(
        observation, recording=replace(observation.recording, channels=quiet + observation.recording.channels)
    )
    shown = pictures(crowd, None, "o")
    assert shown.left_out == 23 - 12
    assert "left wrist" in shown.shown[0].wide
    assert "q19" not in shown.shown[0].wide


def test_a_constant_channel_can_be_drawn(observation):
    flat = Recording.from_arrays(
        (np.zeros(5000),), (Channel("left calf", ChannelKind.SURFACE_EMG, "V", 1000.0, 5000, "µV"),)
    )
    assert "left calf" in pictures(observation, flat, "o").shown[0].wide


def test_a_muscle_without_tremor_has_no_spectrum(observation, recording):
    frequency = replace(observation.measurements[3], channel="left calf")
    seen = replace(observation, measurements=(frequency,), events=observation.events[:1])
    assert "Spectrum" not in [picture.title for picture in pictures(seen, recording, "o").shown]
    limb = replace(seen, measurements=(replace(frequency, channel="left wrist"),))
    assert "Spectrum" in [picture.title for picture in pictures(limb, recording, "o").shown]


def test_units_that_are_told_apart_are_drawn_one_by_one():
    rng = np.random.default_rng(1)
    onset = np.sort(rng.choice(np.arange(0.1, 9.9, 0.05), 60, replace=False))
    unit = rng.integers(0, 2, 60).astype(np.float64)
    samples = np.zeros(100_000)
    samples[np.rint(onset * 10_000).astype(int)] = np.where(unit == 1, 1e-3, 1e-4)
    channel = Channel("needle", ChannelKind.NEEDLE_EMG, "V", 10_000.0, samples.size, "µV")
    events = Events("potential", ("needle",) * 60, onset, np.full(60, 0.01), {"unit_id": unit})
    summary = RecordingSummary("bdf", 10.0, (ChannelSummary("needle", "needle-emg", "µV", 10_000.0, 1.0),))
    seen = Observation(summary, (events,), (), (), (), "0")
    recording = Recording.from_arrays((samples,), (channel,))
    (closeup,) = (one for one in pictures(seen, recording, "o").shown if one.title == "Close up")
    assert all(f"unit {k}, {np.sum(unit == k)}" in closeup.wide for k in (0, 1))


def answered(late_mv):
    """Twenty stimuli with an early answer of 8 mV at 4 ms and a late one at 30 ms."""
    rate, at = 10_000.0, np.arange(1.0, 21.0)
    time = np.arange(round(22 * rate)) / rate
    samples = np.zeros(time.size)
    for since, size in ((0.004, 8e-3), (0.03, late_mv * 1e-3)):
        for moment in at + since:
            samples += size * np.exp(-(((time - moment - 0.002) / 0.001) ** 2))
    late = np.repeat([0.0, 1.0], 20)
    onset = np.concatenate([at + 0.004, at + 0.03])
    order = np.argsort(onset)
    features = {
        "latency_ms": np.where(late > 0, 30.0, 4.0)[order],
        "amplitude_mv": np.where(late > 0, late_mv, 8.0)[order],
        "late": late[order],
    }
    events = Events("response", ("apb",) * 40, onset[order], np.zeros(40), features)
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", rate, samples.size, "mV")
    summary = RecordingSummary("edf", 22.0, (ChannelSummary("apb", "surface-emg", "mV", rate, 1.0),))
    recording = Recording.from_arrays((samples,), (channel,))
    return Observation(summary, (events, events), (), (), (), "0"), recording


def test_small_late_answers_are_drawn_by_themselves_and_the_same_answers_once():
    for late_mv, views in (
        (0.3, "after 20 stimuli on apb, late after 20 stimuli on apb"),
        (4.0, "after 20 stimuli on apb"),
    ):
        seen, recording = answered(late_mv)
        (closeup,) = (one for one in pictures(seen, recording, "o").shown if one.title == "Close up")
        assert f'aria-label="Close view of {views}"' in closeup.wide


def test_the_silence_behind_an_answer_is_drawn_to_its_end():
    seen, recording = answered(4.0)
    source = Reference("expert-judgement", "a test")
    for value, reaches in ((128.0, True), (float("nan"), False)):
        silent = Measurement(
            "evoked.silent_period@apb", "evoked", "apb", value, "ms", 20, 60.0, "good", "a test", source
        )
        told = replace(seen, measurements=(silent,))
        (closeup,) = (one for one in pictures(told, recording, "o").shown if one.title == "Close up")
        assert (">150<" in closeup.wide) is reaches
