"""Pictures from values: traces with their events, rates over time, close-ups and spectra.

Every picture is drawn twice, for a wide and for a narrow page; the style sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from involuntary.model import Channel, Events, Intervals
from involuntary.reports import svg
from involuntary.reports.traces import Envelope, Rate, Snippets, Spectrum
from involuntary.reports.trials import Plot, caption
from involuntary.reports.words import number, quantity, scaled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["WIDTHS", "Closeup", "Panel", "Peak", "Picture", "closeups", "overview", "points", "rates", "spectra"]

WIDTHS = {"wide": 876, "half": 424, "narrow": 360}
C = svg.COLOURS
_LEFT, _RIGHT = 58, 10  # margins in units
_SMALL, _TEXT = 10.5, 11.5
_HALF_LANES = 2  # so many rates fit beside another picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for wide and for narrow pages; one that `is_half` leaves room for another beside it."""

    title: str
    caption: str
    wide: str
    narrow: str
    is_half: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A channel: its envelope (None where no trace is at hand), events with their colours, and what was unusable."""

    channel: Channel
    envelope: Envelope | None
    events: tuple[tuple[str, Events], ...]
    unusable: Intervals


@dataclass(frozen=True, slots=True)
class Closeup:
    """Events of one kind on one channel, superimposed (many rows), or one stretch (one row)."""

    title: str
    channel: Channel
    snippets: Snippets
    colour: str


@dataclass(frozen=True, slots=True)
class Peak:
    """A spectrum, the frequency that was measured in it, if any, and whether it is of the marked epochs alone."""

    channel: Channel
    spectrum: Spectrum
    measured_hz: float | None
    of_epochs: bool


def overview(prefix: str, panels: Sequence[Panel], span_s: tuple[float, float]) -> Picture:
    """Draw traces over the whole recording: events in the lane above each trace, unusable stretches hatched."""
    names = [panel.channel.name for panel in panels]
    label = f"Traces of {', '.join(names)} over time, with {sum(len(e) for p in panels for _, e in p.events)} events"

    limits = _comparable(panels)

    def draw(width: int) -> str:
        rows = _Rows(width, [16 + 7 * len(p.events) + (62 if p.envelope else 14) for p in panels], gap=12, foot=36)
        for index, panel in enumerate(panels):
            axes = rows.axes(index, top=15 + 7 * len(panel.events))
            _title(axes, rows.unit_height(axes), svg.token(index), 7 * len(panel.events))
            _trace(axes, panel, limits[index])
            _lanes(axes, rows.unit_height(axes), panel.events, (span_s[1] - span_s[0]) / (width - _LEFT - _RIGHT))
            _time_axis(axes, span_s, last=index == len(panels) - 1, few=width < 500)
        return svg.drawn(rows.figure, f"{prefix}-{width}", label, names, _room(width))

    return _both("Traces", "From the lowest to the highest sample in each column; events are marked above.", draw)


def rates(prefix: str, lanes: Sequence[tuple[str, str, str, Rate, Intervals]], span_s: tuple[float, float]) -> Picture:
    """Draw events a minute over time; a lane is channel name, kind, colour, rate and unusable stretches."""
    label = f"Rate over time of {', '.join(f'{kind} on {name}' for name, kind, *_ in lanes)}"
    is_half = len(lanes) <= _HALF_LANES
    height = _Grid.HEIGHT / len(lanes) if is_half else 76.0

    def draw(width: int) -> str:
        rows = _Rows(width, [height] * len(lanes), gap=12, foot=36)
        for index, (_, kind, colour, rate, unusable) in enumerate(lanes):
            axes = rows.axes(index, top=16)
            _title(axes, rows.unit_height(axes), f"{svg.token(index)}  ·  {kind}")
            axes.stairs(np.nan_to_num(rate.per_min), rate.edges_s, fill=True, color=C[colour], alpha=0.75, linewidth=0)
            _hatch(axes, unusable)
            highest = float(np.nanmax(rate.per_min)) if np.any(rate.per_min > 0) else 1.0
            _value_axis(axes, (0, highest * 1.08), "per min")
            _time_axis(axes, span_s, last=index == len(lanes) - 1, few=width < 500)
        return svg.drawn(rows.figure, f"{prefix}-{width}", label, [name for name, *_ in lanes], _room(width))

    return _both("Rate over time", "Events a minute of usable time.", draw, is_half=is_half)


def closeups(prefix: str, views: Sequence[Closeup]) -> Picture:
    """Draw events from near: all of them thin, the median bold, the largest in colour."""
    label = f"Close view of {', '.join(f'{view.title} on {view.channel.name}' for view in views)}"

    def draw(width: int) -> str:
        grid = _Grid(width, len(views), across=min(3, len(views)) if width > 500 else 1)
        for index, view in enumerate(views):
            axes = grid.axes(index)
            _title(axes, grid.unit_height, f"{svg.token(index)}  ·  {view.title}")
            factor, unit = scaled(float(np.max(np.abs(view.snippets.samples), initial=0)), view.channel.unit)
            _superimpose(axes, view, factor)
            _value_axis(axes, axes.get_ylim(), unit)
            axes.set_xlabel(_time_label(view.snippets.time_s), color=C["muted"], fontsize=_SMALL, labelpad=3)
        return svg.drawn(
            grid.figure, f"{prefix}-{width}", label, [view.channel.name for view in views], _room(width / grid.across)
        )

    many = [view for view in views if view.snippets.samples.shape[0] > 1]
    bold = " bold: their median;" if any(view.snippets.time_s[0] <= 0 for view in many) else ""
    thin = f"Thin: single events;{bold} coloured: the largest."
    return _both("Close up", thin if many else "The longest.", draw, is_half=len(views) == 1)


def points(prefix: str, plots: Sequence[Plot]) -> Picture:
    """Draw the points that tests are read from, each series named beside its last point, fitted lines dashed."""
    from matplotlib.ticker import MaxNLocator

    label = f"Points of {', '.join(f'{plot.title} on {plot.channel}' for plot in plots)}"
    across = 1 if any(plot.span for plot in plots) else min(2, len(plots))

    def draw(width: int) -> str:
        grid = _Grid(width, len(plots), across=across if width > 500 else 1)
        for index, plot in enumerate(plots):
            axes = grid.axes(index)
            _title(axes, grid.unit_height, f"{svg.token(index)}  ·  {plot.title}")
            for one in plot.series:
                axes.plot(one.x, one.y, one.style, color=C[one.colour], markersize=3.5, linewidth=1)
            if len(plot.series) > 1:
                place = {"loc": "upper left", "ncols": 3, "handlelength": 1, "columnspacing": 1} if plot.span else {}
                names = [one.name for one in plot.series]
                legend = axes.legend(axes.get_lines(), names, frameon=False, fontsize=_SMALL, **place)
                for text in legend.get_texts():
                    text.set_color(C["ink"])
            if plot.line:
                ends = np.array(plot.span or (0.0, max(float(np.nanmax(one.x)) for one in plot.series)))
                axes.plot(ends, plot.line[0] * ends + plot.line[1], color=C["ink"], linewidth=1.2, dashes=(3, 2))
            if plot.span:
                axes.set(xlim=plot.span, ylim=(None, np.dot(axes.get_ylim(), (-0.25, 1.25))))  # room for the names
                axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
            _value_axis(axes, axes.get_ylim(), plot.unit)
            axes.set_xlabel(plot.x_label, color=C["muted"], fontsize=_SMALL, labelpad=3)
        return svg.drawn(
            grid.figure, f"{prefix}-{width}", label, [plot.channel for plot in plots], _room(width / grid.across)
        )

    is_half = len(plots) == 1 and not plots[0].span
    return _both("What the test is read from", caption(plots), draw, is_half=is_half)


def spectra(prefix: str, peaks: Sequence[Peak]) -> Picture:
    """Draw power density by frequency with the measured frequency marked."""
    label = "Spectrum of " + ", ".join(
        peak.channel.name + (f" with a peak at {number(peak.measured_hz)} Hz" if peak.measured_hz else "")
        for peak in peaks
    )

    def draw(width: int) -> str:
        grid = _Grid(width, len(peaks), across=2 if width > 500 else 1)
        for index, peak in enumerate(peaks):
            axes = grid.axes(index)
            said = (svg.token(index), "rectified" * peak.channel.kind.is_emg, "marked epochs" * peak.of_epochs)
            _title(axes, grid.unit_height, "  ·  ".join(filter(None, said)))
            root = np.sqrt(peak.spectrum.density)
            factor, unit = scaled(float(np.max(root, initial=0)), peak.channel.unit)
            axes.fill_between(peak.spectrum.frequency_hz, root * factor, color=C["trace"], alpha=0.25, linewidth=0)
            axes.plot(peak.spectrum.frequency_hz, root * factor, color=C["trace"], linewidth=1.2)
            axes.set_xlim(0, float(peak.spectrum.frequency_hz[-1]))
            _value_axis(axes, (0, (float(np.max(root)) or 1.0) * factor * 1.12), f"{unit}/√Hz")
            if peak.measured_hz is not None:
                axes.axvline(peak.measured_hz, color=C["c1"], linewidth=1.2, dashes=(3, 2))
                axes.annotate(
                    quantity(peak.measured_hz, "Hz").replace("\u202f", " "), (peak.measured_hz, 1), (5, -3),
                    xycoords=("data", "axes fraction"), textcoords="offset points", va="top", color=C["c1"],
                    fontsize=_TEXT, fontweight="bold",
                )  # fmt: skip
            axes.set_xlabel("Frequency (Hz)", color=C["muted"], fontsize=_SMALL, labelpad=3)
        return svg.drawn(
            grid.figure, f"{prefix}-{width}", label, [peak.channel.name for peak in peaks], _room(width / grid.across)
        )

    return _both(
        "Spectrum", "Square root of the power density; dashed: the measured frequency.", draw, is_half=len(peaks) == 1
    )


def _both(title: str, caption: str, draw: Callable[[int], str], *, is_half: bool = False) -> Picture:
    return Picture(title, caption, draw(WIDTHS["half" if is_half else "wide"]), draw(WIDTHS["narrow"]), is_half)


class _Rows:
    """Panels of given heights one under the other, on one time axis."""

    def __init__(self, width: int, heights: Sequence[float], gap: float, foot: float) -> None:
        self.height = sum(heights) + gap * (len(heights) - 1) + foot
        self.width, self._heights, self._gap = width, heights, gap
        self.figure: Figure = svg.figure(width, self.height)

    def axes(self, index: int, top: float) -> Any:
        begin = sum(self._heights[:index]) + self._gap * index
        height = self._heights[index] - top
        bottom = self.height - begin - self._heights[index]
        box = (_LEFT / self.width, bottom / self.height, 1 - (_LEFT + _RIGHT) / self.width, height / self.height)
        return _plain(self.figure.add_axes(box))

    def unit_height(self, axes: Any) -> float:
        return float(axes.get_position().height * self.height)


class _Grid:
    """Panels of one size side by side."""

    HEIGHT = 158

    def __init__(self, width: int, n: int, across: int) -> None:
        self.across = across
        rows = -(-n // across)
        self.width, self.row = width, self.HEIGHT + 54
        self.height, self.unit_height = rows * self.row, self.HEIGHT - 8
        self.figure: Figure = svg.figure(width, self.height)

    def axes(self, index: int) -> Any:
        row, column = divmod(index, self.across)
        cell = self.width / self.across
        left = column * cell + _LEFT
        bottom = self.height - (row + 1) * self.row + 34
        box = (
            left / self.width,
            bottom / self.height,
            (cell - _LEFT - _RIGHT) / self.width,
            self.unit_height / self.height,
        )
        return _plain(self.figure.add_axes(box))


def _room(width: float) -> int:
    """Give how many characters of a name fit above a panel, with a word or two after it."""
    return max(8, int((width - _LEFT) / 7) - 18)


def _plain(axes: Any) -> Any:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=C["rule"], linewidth=0.8)
    axes.tick_params(colors=C["muted"], labelsize=_SMALL, length=3, width=0.8, color=C["rule"], pad=3)
    return axes


def _title(axes: Any, unit_height: float, text: str, lift: float = 0) -> None:
    axes.text(
        0, 1 + (lift + 5) / unit_height, text, transform=axes.transAxes, ha="left", va="bottom", color=C["ink"],
        fontsize=_TEXT, fontweight="bold", parse_math=False,
    )  # fmt: skip


def _limits(panel: Panel) -> tuple[float, float] | None:
    """Give lowest and highest value of the usable columns, of all where none is; None where there is no trace."""
    shown = panel.envelope
    if shown is None or not np.any(np.isfinite(shown.low)):
        return None
    column_s = float(shown.time_s[1] - shown.time_s[0]) if shown.time_s.size > 1 else 0.0
    recorded = np.isfinite(shown.low)
    served = recorded & ~panel.unusable.widened(column_s, column_s).contains(shown.time_s)
    served = served if np.any(served) else recorded
    return float(np.min(shown.low[served])), float(np.max(shown.high[served]))


def _comparable(panels: Sequence[Panel]) -> list[tuple[float, float] | None]:
    """Give the limits of each panel, none narrower than a quarter of the widest in its unit: noise stays small."""
    limits = [_limits(panel) for panel in panels]
    widest: dict[str, float] = {}
    for panel, ends in zip(panels, limits, strict=True):
        if ends:
            widest[panel.channel.unit] = max(widest.get(panel.channel.unit, 0.0), ends[1] - ends[0])
    wide: list[tuple[float, float] | None] = []
    for panel, ends in zip(panels, limits, strict=True):
        least = 0.125 * widest[panel.channel.unit] if ends else 0.0
        middle = (ends[0] + ends[1]) / 2 if ends else 0.0
        wide.append((min(ends[0], middle - least), max(ends[1], middle + least)) if ends else None)
    return wide


def _trace(axes: Any, panel: Panel, limits: tuple[float, float] | None) -> None:
    _hatch(axes, panel.unusable)
    shown = panel.envelope
    if shown is None or limits is None:
        axes.set_yticks([])
        axes.set_ylim(0, 1)
        return
    low, high = limits
    factor, unit = scaled(max(abs(low), abs(high)), panel.channel.unit)
    axes.fill_between(
        shown.time_s, shown.low * factor, shown.high * factor, facecolor=C["trace"], edgecolor=C["trace"], linewidth=0.6
    )
    reach = (high - low) * factor or 1.0
    _value_axis(axes, (low * factor - 0.05 * reach, high * factor + 0.05 * reach), unit)


def _hatch(axes: Any, unusable: Intervals) -> None:
    for start, stop in unusable:
        axes.axvspan(start, stop, facecolor="none", edgecolor=C["shade"], hatch="/////", linewidth=0, zorder=3)


def _lanes(axes: Any, unit_height: float, events: Sequence[tuple[str, Events]], seconds_a_unit: float) -> None:
    """Draw one lane a kind above the axes: a tick for a moment, a bar for an epoch."""
    from matplotlib.transforms import blended_transform_factory

    place = blended_transform_factory(axes.transData, axes.transAxes)
    for lane, (colour, some) in enumerate(events):
        base, top = 1 + (2 + 7 * lane) / unit_height, 1 + (7.5 + 7 * lane) / unit_height
        long = some.duration_s > 2.5 * seconds_a_unit
        # No more ticks than columns: those of one column look like one.
        moments = np.unique(np.round(some.onset_s[~long] / seconds_a_unit)) * seconds_a_unit
        x = np.column_stack([moments, moments, np.full(moments.size, np.nan)]).ravel()
        y = np.tile([base, top, np.nan], moments.size)
        axes.plot(x, y, transform=place, color=C[colour], linewidth=1.1, clip_on=False, solid_capstyle="butt")
        spans = Intervals.union_of(zip(some.onset_s[long], some.stop_s[long], strict=True), seconds_a_unit)
        x = np.column_stack([spans.start_s, spans.stop_s, np.full(len(spans), np.nan)]).ravel()
        middle = np.full(x.size, (base + top) / 2)
        axes.plot(x, middle, transform=place, color=C[colour], linewidth=5, clip_on=False, solid_capstyle="butt")


def _superimpose(axes: Any, view: Closeup, factor: float) -> None:
    time, samples = view.snippets.time_s, view.snippets.samples * factor
    time = time * (1e3 if time[-1] < 1 else 1.0)
    if samples.shape[0] == 1:
        axes.plot(time, samples[0], color=C["trace"], linewidth=1)
    else:
        broken = np.column_stack([samples, np.full(samples.shape[0], np.nan)])
        answers = time[0] > 0  # to stimuli of many strengths or sites: no median is theirs
        axes.plot(
            np.tile(np.append(time, np.nan), samples.shape[0]), broken.ravel(), color=C["trace"], linewidth=0.6,
            alpha=0.6 if answers else 0.35,
        )  # fmt: skip
        size = np.ptp(samples, axis=1) if answers else np.abs(samples[:, time.size // 2])
        axes.plot(time, samples[np.argmax(size)], color=C[view.colour], linewidth=1.4)
        if not answers:
            axes.plot(time, np.median(samples, axis=0), color=C["ink"], linewidth=1.8)
    low, high = float(np.min(samples)), float(np.max(samples))
    reach = (high - low) or 1.0
    axes.set_ylim(low - 0.06 * reach, high + 0.06 * reach)
    axes.set_xlim(time[0], time[-1])


def _time_label(time_s: np.ndarray) -> str:
    after = " after the stimulus" if time_s[0] > 0 else ""
    return f"Time{after} ({'ms' if time_s[-1] < 1 else 's'})"


def _value_axis(axes: Any, limits: tuple[float, float], unit: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(*limits)
    axes.yaxis.set_major_locator(MaxNLocator(3, min_n_ticks=2, steps=[1, 2, 3, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=C["rule"], linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_ylabel(unit, color=C["muted"], fontsize=_SMALL)
    axes.yaxis.set_label_coords(
        -(_LEFT - 12) / (axes.get_position().width * axes.figure.get_size_inches()[0] * 72), 0.5
    )


def _time_axis(axes: Any, span_s: tuple[float, float], *, last: bool, few: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

    length = span_s[1] - span_s[0]
    size, unit = next((s, u) for s, u in ((3600.0, "h"), (60.0, "min"), (1.0, "s")) if length >= 3 * s or u == "s")
    locator = MaxNLocator(5 if few else 10, steps=[1, 2, 5, 10]).tick_values(0, length / size)
    axes.xaxis.set_major_locator(MultipleLocator(float(locator[1] - locator[0]) * size))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value / size)))
    axes.set_xlim(*span_s)
    axes.tick_params(axis="x", labelbottom=last)
    if last:
        axes.set_xlabel(f"Time ({unit})", color=C["muted"], fontsize=_SMALL, labelpad=3)
