"""The picture of docs/phenomena/myoclonus.md: a burst with its edges, and the average before the jerks.

PYTHONPATH=src python docs/images/myoclonus.py
"""

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

import involuntary as iv
from involuntary.dsp.averaging import epochs, resampled_means, shifted_sums
from involuntary.dsp.bands import zero_phase

mpl.rcParams.update({"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "involuntary"})
recording, _ = iv.simulate("myoclonus", 200, 1, noise_uv=20)
observation = iv.observe(recording, ["myoclonus"])
bursts = observation.events[0].on("biceps")
figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 2.7), layout="constrained")

at = 5
onset, stop = float(bursts.onset_s[at]), float(bursts.stop_s[at])
emg = recording.channels[0].rate_hz
first, last = round((onset - 0.06) * emg), round((stop + 0.06) * emg)
left.plot(1e3 * (np.arange(first, last) / emg - onset), 1e6 * recording.samples(0, first, last), color="0.25", lw=0.8)
left.axvspan(0, 1e3 * (stop - onset), color="tab:orange", alpha=0.25, lw=0)
left.set(xlabel="ms from onset", ylabel="biceps (µV)", title=f"a burst of {1e3 * (stop - onset):.0f} ms")

channel = recording.index("Cz")
rate = recording.channels[channel].rate_hz
eeg = zero_phase(1e6 * recording.samples(channel), rate, 5, 50)
jerk = np.rint(bursts.onset_s * rate).astype(int)
jerk = jerk[(jerk > 200) & (jerk < eeg.size - 200)]
cut, time = epochs(eeg, jerk, 150, 100), np.arange(-150, 100)
shifts = np.random.default_rng(0).integers(500, eeg.size - 500, 1000)
nothing = np.percentile(shifted_sums(eeg, jerk, shifts, 150, 100) / jerk.size, [2.5, 97.5], axis=0)
drawn = np.percentile(resampled_means(cut, 1000, np.random.default_rng(1)), [2.5, 97.5], axis=0)
right.fill_between(time, *nothing, color="0.85", lw=0, label="95 % of shifted trains")
right.fill_between(time, *drawn, color="tab:blue", alpha=0.3, lw=0, label="95 % bootstrap")
right.plot(time, cut.mean(axis=0), color="tab:blue", lw=1.2, label="mean")
right.axvline(0, color="tab:orange", lw=1)
right.set(xlabel="ms from jerk", ylabel="Cz (µV)", title=f"average of {jerk.size} jerks")
right.legend(frameon=False, fontsize=7)
for axes in (left, right):
    axes.spines[["top", "right"]].set_visible(False)
figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None})
