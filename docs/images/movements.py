"""The pictures of the movement pages, from simulated recordings: ``python docs/images/movements.py``.

Needs the project installed with the extra `report`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import involuntary as iv
from involuntary.model import Events, Observation, Recording

HERE = Path(__file__).resolve().parent
INK, FIRST, SECOND = "#1f2933", "#0b6e99", "#c2571a"


def values(observation: Observation) -> dict[str, float]:
    return {m.id.partition(".")[2]: m.value for m in observation.measurements}


def traces(axes: Axes, recording: Recording, seconds: tuple[float, float], scale: float, apart: float) -> None:
    for row, channel in enumerate(recording.channels):
        first, last = (round(s * channel.rate_hz) for s in seconds)
        part = scale * recording.samples(row, first, last)
        axes.plot(np.arange(first, last) / channel.rate_hz, part - part.mean() - apart * row, color=INK, linewidth=0.4)

    axes.set_yticks([-apart * row for row in range(len(recording.channels))], [c.name for c in recording.channels])


def marks(axes: Axes, recording: Recording, events: Events, seconds: tuple[float, float], apart: float) -> None:
    names = [channel.name for channel in recording.channels]
    for name, start, stop in zip(events.channel, events.onset_s, events.stop_s, strict=True):
        if start < seconds[1] and stop > seconds[0]:
            at = -apart * names.index(name) - 0.4 * apart
            ends = [max(start, seconds[0]), min(stop, seconds[1])]
            axes.plot(ends, [at, at], color=SECOND, linewidth=3, solid_capstyle="butt")


def dystonia(left: Axes, right: Axes) -> None:
    recording, _ = iv.simulate("dystonia", 120, 1)
    observation = iv.observe(recording, ["dystonia"])
    span = (30.0, 50.0)
    traces(left, recording, span, 1e6, 600.0)
    marks(left, recording, observation.events[0], span, 600.0)
    left.set(xlabel="s", xlim=span, title="marked as rest; found bursts below")
    found = values(observation)
    pair = "wrist flexor × wrist extensor"
    bands = ("4_7", "8_14")
    right.bar(("4 to 7 Hz", "8 to 14 Hz"), [found[f"coherence_{b}_hz@{pair}"] for b in bands], color=(SECOND, FIRST))
    right.set(ylabel="coherence", ylim=(0, 1), title="drive that the pair shares")


def chorea(left: Axes, right: Axes) -> None:
    span = (5.0, 20.0)
    for task, colour, name in ((0.0, SECOND, "any way"), (1.0, FIRST, "to and fro")):
        recording, _ = iv.simulate("chorea", 120, 1, task_share=task)
        observation = iv.observe(recording, ["chorea"])
        if not task:
            shown = replace(recording, channels=recording.channels[:3])
            traces(left, shown, span, 1.0, 120.0)
            marks(left, shown, observation.events[0].on("gyro x"), span, 120.0)
        found = values(observation)
        right.bar(name, found["direction_entropy@gyro x"], color=colour)
    left.set(xlabel="s", xlim=span, title="angular velocity at rest; found elements below x")
    right.set(ylabel="entropy of direction", ylim=(0, 1))


def tic(left: Axes, right: Axes) -> None:
    recording, _ = iv.simulate("tic", 480, 1)
    observation = iv.observe(recording, ["tic"])
    span = (10.0, 40.0)
    traces(left, recording, span, 1e6, 1000.0)
    marks(left, recording, observation.events[0], span, 1000.0)
    for mark in recording.annotations:
        if mark.text == "urge" and span[0] < mark.onset_s < span[1]:
            left.axvline(mark.onset_s, color=FIRST, linewidth=0.7, linestyle=":")
    left.set(xlabel="s", xlim=span, title="bursts found below; dotted: an urge was marked")
    events = observation.events[0]
    right.hist(1e3 * events.duration_s, bins=np.arange(0, 520, 20), color=FIRST)
    for edge in (50, 200, 300):
        right.axvline(edge, color=SECOND, linewidth=1)
    right.set(xlabel="length of a burst (ms)", ylabel="bursts", title="lengths, and published limits")


def paroxysmal(left: Axes, right: Axes) -> None:
    recording, _ = iv.simulate("paroxysmal-dyskinesia", 900, 1)
    observation = iv.observe(recording, ["paroxysmal-dyskinesia"], {"aware": "true"})
    (events,) = observation.events
    span = (float(events.onset_s[2]) - 20, float(events.stop_s[2]) + 15)
    shown = replace(recording, channels=recording.channels[:2])
    traces(left, shown, span, 1e6, 800.0)
    marks(left, shown, events, span, 800.0)
    for mark in recording.annotations:
        if span[0] < mark.onset_s < span[1]:
            left.axvline(mark.onset_s, color=FIRST, linewidth=1, linestyle=":" if mark.text == "attack" else "-")
    left.set(xlabel="s", xlim=span, title="trigger (line), log (dotted), attack found (bar)")
    right.plot(events.features["lag_s"], events.duration_s, "o", color=SECOND)
    right.axhline(60, color=FIRST, linewidth=1)
    right.set(xlabel="after the trigger (s)", ylabel="length (s)", ylim=(0, 70), title="attacks, and the limit of 60 s")


PICTURES = {"dystonia": dystonia, "chorea": chorea, "tic": tic, "paroxysmal-dyskinesia": paroxysmal}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        figure = Figure(figsize=(10, 3.6), layout="constrained")
        panels = figure.subplots(1, 2, width_ratios=(1.7, 1))
        draw(*panels)
        for panel in panels:
            panel.spines[["top", "right"]].set_visible(False)
        figure.savefig(HERE / f"{name}.png", dpi=110)
