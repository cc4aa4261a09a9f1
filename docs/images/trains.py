"""The pictures of tetany and neuromyotonia, from simulated recordings: ``python docs/images/trains.py``.

Needs the project installed with the extra `report`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import involuntary as iv
from involuntary.model import Events, Recording

HERE = Path(__file__).resolve().parent
INK, COLOURS = "#1f2933", ("#c2571a", "#0b6e99", "#5b7f2b", "#8a4f9e")


def units(found: Events) -> list[float]:
    """Give the numbers of the units that fire most trains, most first."""
    number, count = np.unique(found.features["unit_id"], return_counts=True)
    known = np.isfinite(number) & (count >= 5)
    return number[known][np.argsort(-count[known])][: len(COLOURS)].tolist()


def trace(axes: Axes, recording: Recording, found: Events, span: tuple[float, float]) -> None:
    """Draw a stretch with a bar under each train, one row and colour a unit, and its number of discharges."""
    rate = recording.channels[0].rate_hz
    first, last = (round(s * rate) for s in span)
    wave = 1e6 * recording.samples(0, first, last)
    axes.plot(np.arange(first, last) / rate, wave - np.median(wave), color=INK, linewidth=0.5)
    low, step = float(np.min(wave)), 0.1 * float(np.ptp(wave))
    for row, unit in enumerate(units(found)):
        own = found[found.features["unit_id"] == unit]
        for start, stop, n in zip(own.onset_s, own.stop_s, own.features["n"], strict=True):
            if span[0] < start and stop < span[1]:
                at = low - step * (row + 1)
                axes.plot([start, stop], [at, at], color=COLOURS[row], linewidth=4, solid_capstyle="butt")
                axes.text(stop + 0.006, at, f"{n:.0f}", va="center", fontsize=8, color=COLOURS[row])
    axes.set(xlabel="s", ylabel="µV", xlim=span)


def scatter(axes: Axes, found: Events, across: str, up: str, labels: tuple[str, str]) -> None:
    """Draw one feature of each train against another, units in their colours."""
    shift = np.random.default_rng(1).uniform(-0.15, 0.15, len(found))
    for row, unit in enumerate(units(found)):
        own = found.features["unit_id"] == unit
        axes.scatter(
            (found.features[across] + shift)[own], found.features[up][own], s=10, color=COLOURS[row], alpha=0.6,
            label=f"unit {row + 1}",
        )  # fmt: skip
    axes.set(xlabel=labels[0], ylabel=labels[1])
    axes.legend(frameon=False, fontsize=8)


def picture(name: str, span: tuple[float, float], settings: dict[str, float], options: dict[str, str]) -> None:
    recording, _ = iv.simulate(name, 150, 2, noise_uv=5, **settings)
    observation = iv.observe(recording, [name], settings=options)
    (found,) = (events for events in observation.events if events.kind == "train")
    figure = Figure(figsize=(9, 3.4), dpi=110, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(2.2, 1))
    trace(left, recording, found, span)
    left.set_title("trains found, a row for each unit, with their number of discharges", fontsize=10)
    scatter(right, found, "n", "rate_hz", ("discharges", "rate within, Hz"))
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(HERE / f"{name}.png")


if __name__ == "__main__":
    picture("tetany", (60.0, 61.5), {"active_units": 1}, {})
    picture("neuromyotonia", (60.0, 64.0), {"active_units": 1}, {})
