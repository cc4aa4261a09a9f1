"""Draw docs/images/{hemifacial-spasm,sleep-movement,startle,stiffness,guarding}.png: simulated signals, what is found.

Events lie below each channel; what the recording marks stands above.
"""

from dataclasses import dataclass, field
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import involuntary as iv


@dataclass(frozen=True)
class Picture:
    """One page's picture: simulator, its length and settings, what is observed, what stretch is shown."""

    simulator: str
    length_s: float
    shown_s: tuple[float, float]
    settings: dict[str, object] = field(default_factory=dict)
    channels: int = 4


PICTURES = {
    "hemifacial-spasm": Picture("hemifacial-spasm", 60, (10, 18)),
    "sleep-movement": Picture("sleep-movement", 1800, (600, 720)),
    "startle": Picture("startle", 145, (10.15, 10.5), {"exaggerated": True}, 6),
    "stiffness": Picture("stiff-person", 120, (0, 120)),
    "guarding": Picture("guarding", 60, (0, 60)),
}
GREY, BLUE, LINE = "#888", "#1f6fb2", "#bbb"


def draw(name: str, picture: Picture) -> None:
    recording, _ = iv.simulate(picture.simulator, picture.length_s, 1, **picture.settings)
    observation = iv.observe(recording, [name])
    start, stop = picture.shown_s
    rows = list(range(min(picture.channels, len(recording.channels))))
    figure, axes = plt.subplots(len(rows), 1, figsize=(8, 0.95 * len(rows) + 0.7), sharex=True, layout="constrained")
    for row, axis in zip(rows, axes, strict=True):
        channel = recording.channels[row]
        first, last = round(start * channel.rate_hz), min(round(stop * channel.rate_hz), channel.n_samples)
        scale, unit = (1e6, "µV") if channel.unit == "V" else (1.0, channel.unit)
        x = scale * recording.samples(row, first, last)
        axis.plot(np.arange(first, last) / channel.rate_hz, x, color=GREY, linewidth=0.3)
        for events in observation.events:
            own = np.array([one == channel.name for one in events.channel], dtype=bool)
            for onset, length in zip(events.onset_s[own], events.duration_s[own], strict=True):
                span = [onset, onset + max(length, 0.004 * (stop - start))]
                axis.plot(span, [x.min() - 0.12 * np.ptp(x)] * 2, color=BLUE, linewidth=4, solid_capstyle="butt")
        for mark in recording.annotations:
            axis.axvline(mark.onset_s, color=LINE, linewidth=0.6, zorder=0)
        axis.set(xlim=(start, stop), ylabel=unit)
        axis.set_title(channel.name, fontsize=8, loc="left", pad=2)
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=7)
    seen: set[str] = set()
    for mark in recording.annotations:
        if start <= mark.onset_s < stop and mark.text not in seen:
            axes[0].annotate(
                mark.text, (mark.onset_s, 1.18), xycoords=("data", "axes fraction"), fontsize=7, color=BLUE, rotation=20
            )
            seen.add(mark.text)
    axes[-1].set_xlabel("s")
    figure.savefig(Path(__file__).with_name(f"{name}.png"), dpi=110)
    plt.close(figure)


for name, picture in PICTURES.items():
    draw(name, picture)
