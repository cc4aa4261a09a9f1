"""Points that a test is read from.

Answers by strength or along a train, angle at onset by speed, windows by time, intervals of pairs by discharge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Events, Observation
from involuntary.reports.words import readable

__all__ = ["Plot", "Series", "caption", "plots"]

Floats = NDArray[np.float64]
_FEWEST = 3  # levels, answers of a train, or stretches
_TRAIN_S = 0.7  # from one stimulus of a train to the next, at most
# Measurement that tells what the stimuli were, and how their early and late answers are called.
_WAVES = (
    ("m_max", "M wave", "late wave"),
    ("mep_persistence", "motor evoked potential", ""),
    ("r1_persistence", "R1", "R2"),
)
_SLOT = 0.8  # of the room of a pair that its discharges take
_COLOURS = ("c1", "c2", "c3", "c4", "c5", "c6")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Points of one kind; `style` is that of matplotlib: dots, a line, or both."""

    name: str
    colour: str
    x: Floats
    y: Floats
    style: str = "o"


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """Points against points on one channel.

    Attributes
    ----------
    channel, title, x_label, unit : str
        What is drawn, from where.
    series : tuple of Series
        The points.
    line : tuple of float, optional
        A slope and its value at zero, drawn dashed.
    point, dashed : str
        What a point and the line are.
    span : tuple of float, optional
        First and last value of x, where the plot takes the whole width of the page.
    """

    channel: str
    title: str
    x_label: str
    unit: str
    series: tuple[Series, ...]
    line: tuple[float, float] | None = None
    point: str = "one answer, or one window"
    dashed: str = "the fitted line"
    span: tuple[float, float] | None = None


def caption(drawn: Sequence[Plot]) -> str:
    """Say what the points are, and what is dashed."""
    meant = " or ".join(dict.fromkeys(plot.point for plot in drawn))
    lines = " or ".join(dict.fromkeys(plot.dashed for plot in drawn if plot.line))
    return f"Each point is {meant}{'; dashed: ' if lines else ''}{lines}."


def plots(observation: Observation) -> tuple[Plot, ...]:
    """Give what can be drawn, channel by channel."""
    found: list[Plot] = []
    for events in observation.events:
        for channel in dict.fromkeys(events.channel):
            own = events.on(channel)
            made = _DRAWN.get(own.kind)
            found += made(observation, channel, own) if made else ()
    # Two tests may have read the same answers: they are drawn once.
    return tuple({(plot.channel, plot.title): plot for plot in found[::-1]}.values())[::-1]


def _answers(observation: Observation, channel: str, own: Events) -> Iterator[Plot]:
    name = next((key for key in own.features if key.startswith("amplitude_")), "")
    if not name:
        return
    unit = name.removeprefix("amplitude_").replace("mv", "mV")
    level = own.features.get("level")
    if level is None:
        yield from _trains(channel, own, own.features[name], unit)
    elif np.unique(level[np.isfinite(level)]).size >= _FEWEST:
        late = own.features.get("late", np.zeros(len(own))) > 0
        series = tuple(
            Series(kind, colour, level[rows], own.features[name][rows])
            for kind, rows, colour in zip(_names(observation, channel), (~late, late), _COLOURS, strict=False)
            if np.any(rows)
        )
        yield Plot(channel, "size by strength", f"Stimulus{_unit_of_levels(observation)}", unit, series)


def _names(observation: Observation, channel: str) -> tuple[str, str]:
    """Give how the early and the late answers of a channel are called: by all kinds of stimuli that it was read for."""
    measured = {m.id.partition("@")[0] for m in observation.measurements if m.channel == channel}
    read = [names for key, *names in _WAVES if f"evoked.{key}" in measured]
    early, late = (" or ".join(filter(None, column)) for column in zip(*read, strict=True)) if read else ("", "")
    return early or "early wave", late or "late wave"


def _unit_of_levels(observation: Observation) -> str:
    units = {m.unit for m in observation.measurements if "_max_level" in m.id} - {"1", ""}
    return f" ({units.pop()})" if len(units) == 1 else ""


def _trains(channel: str, own: Events, size: Floats, unit: str) -> Iterator[Plot]:
    cuts = np.flatnonzero(np.diff(own.onset_s) > _TRAIN_S) + 1
    rows = [part for part in np.split(np.arange(len(own)), cuts) if part.size >= _FEWEST]
    series = tuple(
        Series(f"train {i + 1}", _COLOURS[i % len(_COLOURS)], np.arange(1.0, part.size + 1), size[part], "o-")
        for i, part in enumerate(rows)
    )
    if series:
        yield Plot(channel, "size along each train", "Stimulus of the train", unit, series)


def _stretches(observation: Observation, channel: str, own: Events) -> Iterator[Plot]:
    angle, speed = own.features.get("angle_deg"), own.features.get("velocity_deg_s")
    if angle is None or speed is None or len(own) < _FEWEST:
        return
    series = (Series("onset of the reflex", "c1", speed, angle),)
    steep, threshold = (
        _value(observation, f"spasticity.{name}", channel) for name in ("velocity_dependence", "tonic_threshold")
    )
    line = steep, threshold
    known = line if bool(np.all(np.isfinite(line))) else None
    yield Plot(channel, "angle at onset by speed", "Speed (deg/s)", "deg", series, known)


def _windows(observation: Observation, channel: str, own: Events) -> Iterator[Plot]:
    """Draw what was read from each window of a contraction against time, with the line through it."""
    for first, unit, names in (
        ("velocity", "m/s", {"velocity_m_s": "velocity"}),
        ("median_frequency", "Hz", {"median_frequency_hz": "median", "mean_frequency_hz": "mean"}),
    ):
        series = tuple(
            Series(name, colour, own.onset_s[known], own.features[key][known])
            for (key, name), colour in zip(names.items(), _COLOURS, strict=False)
            if key in own.features and np.any(known := np.isfinite(own.features[key]))
        )
        if series:
            start, percent = (_value(observation, f"fatigue.{first}_{what}", channel) for what in ("start", "slope"))
            slope = start * percent / 100
            line = (slope, start - slope * float(series[0].x[0])) if np.isfinite(slope) else None
            title = f"{readable(first).split()[-1]} by time"
            yield Plot(channel, title, "Time (s)", unit, series, line)


def _pairs(observation: Observation, channel: str, own: Events) -> Iterator[Plot]:
    """Draw a jitter study: each interval about its pair's mean, and each pair's jitter, against the limit of one."""
    if "interval_us" not in own.features:
        return
    pair, interval, limit = (own.features[name] for name in ("pair", "interval_us", "limit_us"))
    numbers = np.unique(pair)
    jitters = np.array([_value(observation, f"transmission-failure.jitter_{k:.0f}", channel) for k in numbers])
    known, most = bool(np.isfinite(limit[0])), float(limit[0])
    span = float(numbers[0]) - 0.6, float(numbers[-1]) + 0.6
    # A pair that is wholly blocked has no jitter, and is beyond.
    beyond = ~(jitters <= most) & known
    names = ("within the limit", "beyond the limit") if known else ("fired", "")
    of_sides = tuple(zip(names, ("c2", "c1"), (~beyond, beyond), strict=True))
    about, place = _about_the_mean(pair, interval, numbers)
    intervals = [
        Series(name, colour, *_by_pair(place, about, pair, numbers[rows]), "-")
        for name, colour, rows in of_sides
        if np.any(rows)
    ]
    blocked = own.features["blocked"] > 0
    if np.any(blocked):
        lowest = 1.2 * float(np.nanmin(about, initial=-1.0))
        intervals.append(Series("blocked", "ink", place[blocked], np.full(np.count_nonzero(blocked), lowest)))
    yield Plot(
        channel, "intervals about their mean", "Pair, its discharges from left to right", "µs", tuple(intervals),
        point="one discharge", span=span,
    )  # fmt: skip
    each = tuple(Series(name, colour, numbers[rows], jitters[rows]) for name, colour, rows in of_sides if np.any(rows))
    line = (0.0, most) if known else None
    yield Plot(channel, "jitter", "Pair", "µs", each, line, "one pair", "the strictest limit of one pair", span)


def _about_the_mean(pair: Floats, interval: Floats, numbers: Floats) -> tuple[Floats, Floats]:
    """Give each interval about its pair's mean, and its place beside the pair's number."""
    about, place = np.full(pair.size, np.nan), np.empty(pair.size)
    for number in numbers:
        rows = np.flatnonzero(pair == number)
        fired = rows[np.isfinite(interval[rows])]
        place[rows] = number + _SLOT * np.linspace(-0.5, 0.5, rows.size)
        if fired.size:
            about[fired] = interval[fired] - interval[fired].mean()
    return about, place


def _by_pair(place: Floats, about: Floats, pair: Floats, chosen: Floats) -> tuple[Floats, Floats]:
    """Give what is drawn of some pairs: one after another, the line broken between them."""
    rows = [np.flatnonzero(pair == number) for number in chosen]
    x, y = (np.concatenate([np.append(column[one], np.nan) for one in rows]) for column in (place, about))
    return x, y


def _value(observation: Observation, name: str, channel: str) -> float:
    own = (m for m in observation.measurements if m.channel == channel and m.id.startswith(f"{name}@"))
    return next((m.value for m in own), float("nan"))


_DRAWN = {"response": _answers, "stretch-reflex": _stretches, "tonic": _windows, "potential": _pairs}
