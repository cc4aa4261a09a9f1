"""Draw docs/images/contractions.png: a simulated cramp and a spasm that turns into clonus, with what is found."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import involuntary as iv


def panel(axes, recording, observation, seconds):
    rate = recording.channels[0].rate_hz
    first, last = (round(s * rate) for s in seconds)
    x = 1e6 * recording.samples(0, first, last)
    axes.plot(np.arange(first, last) / rate, x, color="#888", linewidth=0.3)
    for events, color, at in zip(observation.events, ("#1f6fb2", "#c2491d"), (-1.1, -1.3), strict=False):
        for onset, stop in zip(events.onset_s, events.stop_s, strict=True):
            axes.plot([onset, stop], [at * np.ptp(x) / 2] * 2, color=color, linewidth=4, solid_capstyle="butt")
    axes.set(xlim=seconds, xlabel="s", ylabel="µV")
    axes.spines[["top", "right"]].set_visible(False)


figure, (above, below) = plt.subplots(2, 1, figsize=(8, 4.5), layout="constrained")
cramp, _ = iv.simulate("cramp", 70, 1)
panel(above, cramp, iv.observe(cramp, ["cramp"], {"cramp.context": "pain"}), (15.0, 65.0))
spasm, _ = iv.simulate("spasm", 60, 2, clonus_share=1.0)
panel(below, spasm, iv.observe(spasm, ["spasm", "clonus"], {"spasm.context": "paralysed"}), (36.0, 54.0))
figure.savefig(Path(__file__).with_name("contractions.png"), dpi=110)
