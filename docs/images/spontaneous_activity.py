"""The picture of docs/phenomena/spontaneous-activity.md: what a needle shows in muscle at rest, simulated."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from involuntary import observe, simulate

SHOWN = {
    "fibrillation": (1.0, 2.0),
    "positive-sharp-wave": (1.0, 2.0),
    "fasciculation": (0.0, 8.0),
    "myotonic": (0.0, 4.0),
    "complex-repetitive": (1.0, 1.6),
    "end-plate": (1.0, 2.0),
}

figure, axes = plt.subplots(len(SHOWN), 1, figsize=(9, 7.2), layout="constrained")
for axis, (activity, (start, stop)) in zip(axes, SHOWN.items(), strict=True):
    recording, _ = simulate("needle-spontaneous", 20, 4, activity=activity)
    rate = recording.channels[0].rate_hz
    samples = recording.samples(0)[round(start * rate) : round(stop * rate)] * 1e6
    axis.plot(start + np.arange(samples.size) / rate, samples, color="0.35", linewidth=0.6)
    shown = observe(recording, phenomena=["spontaneous-activity"])
    for events in shown.events:
        inside = events.onset_s[(events.onset_s >= start) & (events.onset_s < stop)]
        axis.plot(inside, np.full(inside.size, samples.max() * 1.25), "|", markersize=6, color="C0")
    said = [finding.term.label for finding in shown.findings if finding.state == "present"]
    axis.set_title(f"{activity.replace('-', ' ')}: {said[0] if said else 'no finding'}", fontsize=9, loc="left")
    axis.set_ylabel("µV", fontsize=8)
    axis.tick_params(labelsize=8)
    axis.set_xlim(start, stop)
    axis.spines[["top", "right"]].set_visible(False)
axes[-1].set_xlabel("time, s", fontsize=8)
figure.savefig(Path(__file__).with_name("spontaneous-activity.png"), dpi=100)
