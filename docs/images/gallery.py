"""The gallery of simulated phenomena: docs/gallery.md and its pictures, in light and dark.

PYTHONPATH=src python docs/images/gallery.py [ID of a generator whose pictures alone are drawn anew …]
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from gallery_rows import ROWS, Row
from PIL import Image

import involuntary as iv
from involuntary.model import Reference
from involuntary.simulators import GENERATORS

HERE = Path(__file__).resolve().parent
# Trace, spectrum and event after Okabe and Ito; text and background.
SCHEMES = {
    "light": ("#0072B2", "#333333", "#E69F00", "#222222", "#FFFFFF"),
    "dark": ("#56B4E9", "#CCCCCC", "#E69F00", "#DDDDDD", "#14181E"),
}
SCALES = {"V": (1e6, "µV"), "m/s²": (1.0, "m/s²"), "deg": (1.0, "°"), "deg/s": (1.0, "°/s")}
POINTS = 2400
INTRO = """# Gallery

Every picture is made by a simulator with seed 0 (`python docs/images/gallery.py`): a trace with the true events shaded,
and the spectrum of the first channel over the whole recording, in decibels below its highest value. They show what to
look for; they say nothing about a person. The parameters are those of [the simulators](simulators.md).
"""


def main() -> None:
    text = [INTRO]
    for number, row in enumerate(ROWS):
        text.append(entry(row, f"{number:02d}-{row.id}"))
        if sys.argv[1:] and row.id not in sys.argv[1:]:
            continue
        recording, truth = iv.simulate(row.id, row.made_s, 0, **row.settings)
        name = f"{number:02d}-{row.id}"
        for scheme in SCHEMES:
            draw(recording, truth, row, scheme, HERE / "gallery" / f"{name}-{scheme}.png")
        print(name, file=sys.stderr)
    (HERE.parent / "gallery.md").write_text("\n".join(text), encoding="utf-8")


def entry(row: Row, name: str) -> str:
    generator = GENERATORS.get(row.id)
    title = row.title or generator.name
    options = "".join(f", {key}={value!r}" for key, value in row.settings.items())
    images = "\n\n".join(
        f":::{{image}} images/gallery/{name}-{scheme}.png\n:class: only-{scheme}\n"
        f":alt: {title}, trace and spectrum\n:::"
        for scheme in SCHEMES
    )
    source = f"\nSource: {_source(generator.references[0])}." if generator.references else ""
    call = f'`iv.simulate("{row.id}", {row.made_s:g}, seed=0{options})`'
    return f"## {title}\n\n{row.look}{source}\n\n{images}\n\n{call}\n"


def _source(reference: Reference) -> str:
    kind, _, name = reference.id.partition(":")
    links = {"doi": f"[{reference.text}](https://doi.org/{name})", "url": f"[{reference.text}]({name})"}
    return links.get(kind, f"{name}; {reference.text}")


def window(recording: iv.Recording, truth: tuple[iv.Events, ...], row: Row) -> tuple[float, float]:
    """Give what is shown: from just before an event, or a mark."""
    onsets = [float(e.onset_s[e.onset_s >= row.lead_s][0]) for e in truth if np.any(e.onset_s >= row.lead_s)]
    onsets = onsets or [a.onset_s for a in recording.annotations] or [0.0]
    start = max(0.0, min(min(onsets) - row.lead_s, recording.duration_s - row.span_s))
    return start, min(start + row.span_s, recording.duration_s)


def draw(recording: iv.Recording, truth: tuple[iv.Events, ...], row: Row, scheme: str, path: Path) -> None:
    trace, dark, mark, ink, paper = SCHEMES[scheme]
    mpl.rcParams.update({
        "font.size": 9, "text.color": ink, "axes.labelcolor": ink, "xtick.color": ink, "ytick.color": ink,
        "axes.edgecolor": ink, "figure.facecolor": paper, "axes.facecolor": paper, "axes.spines.top": False,
        "axes.spines.right": False,
    })  # fmt: skip
    start, stop = window(recording, truth, row)
    rows = len(row.channels)
    figure = plt.figure(figsize=(8, 1.1 + 0.85 * rows), layout="constrained")
    grid = figure.add_gridspec(rows, 2, width_ratios=(3, 1.2))
    small = stop - start < 2
    for place, channel in enumerate(row.channels):
        axes = figure.add_subplot(grid[place, 0])
        told = recording.channels[channel]
        scale, unit = SCALES.get(told.unit, (1.0, told.unit))
        if row.swept:
            sweeps(axes, recording, truth[0], scale, trace)
        else:
            x, y = thinned(recording, channel, start, stop)
            axes.plot((x - start) * (1e3 if small else 1.0), scale * y, color=trace, lw=0.7)
            for events in truth:
                # What lasts as long as the recording tells nothing here.
                shade(axes, events[events.duration_s < 0.9 * recording.duration_s].on(told.name), (start, stop), mark)
        axes.set_ylabel(f"{unit}")
        axes.set_title(told.name, loc="left", fontsize=8, pad=2)
        axes.margins(x=0)
        if place < rows - 1:
            axes.tick_params(labelbottom=False)
    axes.set_xlabel("ms" if small else "s")
    spectrum(figure.add_subplot(grid[:, 1]), recording, row.channels[0], dark)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    Image.open(path).convert("RGB").quantize(32, dither=Image.Dither.NONE).save(path, optimize=True)


def shade(axes: plt.Axes, events: iv.Events, shown: tuple[float, float], colour: str) -> None:
    """Shade the true events; one that would be too narrow to be seen gets a mark above."""
    start, stop = shown
    unit = 1e3 if stop - start < 2 else 1.0
    for a, b in zip(events.onset_s, events.stop_s, strict=True):
        if b <= start or a >= stop:
            continue
        edges = (np.clip([a, b], start, stop) - start) * unit
        axes.axvspan(*edges, color=colour, alpha=0.3, lw=0)
        if b - a < 0.006 * (stop - start):
            axes.plot(edges.mean(), 0.95, "v", color=colour, ms=4, transform=axes.get_xaxis_transform())


def sweeps(axes: plt.Axes, recording: iv.Recording, pairs: iv.Events, scale: float, colour: str) -> None:
    """Lay the stretches around each first spike of one pair over each other, as the screen of a needle does."""
    rate, x = recording.channels[0].rate_hz, recording.samples(0)
    # Of all pairs one that is blocked now and then.
    site = pairs.features["unit_id"][np.argmin(np.abs(pairs.features["blocking_percent"] - 20))]
    first = pairs.onset_s[(pairs.features["unit_id"] == site) & (pairs.features["fibre"] == 0)]
    time = np.arange(round(-0.0005 * rate), round(0.003 * rate))
    for onset in first:
        axes.plot(1e3 * time / rate, scale * x[round(onset * rate) + time], color=colour, lw=0.4, alpha=0.4)


def thinned(recording: iv.Recording, channel: int, start: float, stop: float) -> tuple[np.ndarray, np.ndarray]:
    """Give lowest and highest of each stretch, so that no peak is lost."""
    rate = recording.channels[channel].rate_hz
    first, last = round(start * rate), min(round(stop * rate), recording.channels[channel].n_samples)
    y = recording.samples(channel, first, last)
    step = max(1, 2 * y.size // POINTS)
    if step < 3:
        return np.arange(first, last) / rate, y
    y = y[: y.size // step * step].reshape(-1, step)
    time = (first + np.arange(y.shape[0]) * step) / rate
    return np.repeat(time, 2), np.column_stack([y.min(axis=1), y.max(axis=1)]).ravel()


def spectrum(axes: plt.Axes, recording: iv.Recording, channel: int, colour: str) -> None:
    """Draw the mean of the spectra of stretches of 1 s (4 s where movement was recorded) under a Hann window."""
    told = recording.channels[channel]
    slow = not told.kind.is_emg
    n = min(int((4 if slow else 1) * told.rate_hz), told.n_samples)
    x = recording.samples(channel)
    parts = np.lib.stride_tricks.sliding_window_view(x, n)[:: n // 2]
    power = np.mean(np.abs(np.fft.rfft((parts - parts.mean(axis=1, keepdims=True)) * np.hanning(n))) ** 2, axis=0)
    frequency = np.fft.rfftfreq(n, 1 / told.rate_hz)
    kept = (frequency > 0) & (frequency < (25 if slow else min(5000, told.rate_hz / 2)))
    axes.plot(frequency[kept], 10 * np.log10(power[kept] / power[kept].max()), color=colour, lw=0.9)
    axes.set(xlabel="Hz", ylabel="dB", ylim=(-60, 3), xscale="linear" if slow else "log")
    axes.set_title(f"spectrum, {told.name}", loc="left", fontsize=8, pad=2)


main()
