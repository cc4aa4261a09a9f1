"""The picture of docs/decomposition.md: a simulated needle recording, its units, and what they leave over."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from involuntary import simulate
from involuntary.decompose.needle import NeedleRule, decompose

recording, (truth,) = simulate("needle", 11, 2, muscle="neurogenic", units=5, noise_uv=60)
rate = recording.channels[0].rate_hz
samples = recording.samples(0) * 1e6
found = decompose(samples, rate, NeedleRule())
shown = (4.0, 4.5)
figure, (signal, left) = plt.subplots(2, 1, figsize=(9, 4.6), sharex=True, height_ratios=(3, 1.4), layout="constrained")
time = np.arange(samples.size) / rate
inside = (time >= shown[0]) & (time < shown[1])
signal.plot(time[inside], samples[inside] / 1e3, color="0.35", linewidth=0.6)
top = samples[inside].max() / 1e3
for k, train in enumerate(found.time_s):
    own = train[(train >= shown[0]) & (train < shown[1])]
    height = np.full(own.size, top * (1.15 + 0.09 * k))
    signal.plot(own, height, "|", markersize=9, markeredgewidth=2, label=f"unit {k}")
signal.set_ylabel("mV")
signal.legend(ncols=5, loc="upper center", frameon=False, fontsize=8, bbox_to_anchor=(0.5, 1.2))
fine = np.arange(found.residual.size) / found.fine_hz
inside = (fine >= shown[0]) & (fine < shown[1])
left.plot(fine[inside], found.residual[inside] / 1e3, color="0.35", linewidth=0.6)
left.set_ylim(-0.6 * top, 0.6 * top)
left.set(ylabel="left over, mV", xlabel="time, s")
for axis in (signal, left):
    axis.spines[["top", "right"]].set_visible(False)
figure.savefig(Path(__file__).with_name("decomposition.png"), dpi=110)
