"""The pictures of the clinical tests' pages, from simulated recordings: ``python docs/images/clinical_tests.py``.

Needs the project installed with the extra `report`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import involuntary as iv
from involuntary.model import Events, Observation

HERE = Path(__file__).resolve().parent
INK, FIRST, SECOND = "#1f2933", "#0b6e99", "#c2571a"


def evoked(left: Axes, right: Axes) -> None:
    recording, _ = iv.simulate("spasticity", duration=150, seed=1, test="h-reflex")
    samples, rate = recording.samples(0), recording.channels[0].rate_hz
    for number, mark in enumerate(recording.annotations[::6]):
        first = round(mark.onset_s * rate)
        sweep = 1e3 * samples[first : first + round(0.06 * rate)]
        left.plot(1e3 * np.arange(sweep.size) / rate, sweep - 3.5 * number, color=INK, linewidth=0.8)
    left.set(xlabel="ms after the stimulus", yticks=[], title="sweeps, the stimulus growing downwards")
    events = Events.merged("response", iv.observe(recording, ["evoked"]).events)
    for late, colour, name in ((0.0, FIRST, "M wave"), (1.0, SECOND, "H reflex")):
        mine = events.features["late"] == late
        right.plot(events.features["level"][mine], events.features["amplitude_mv"][mine], "o", color=colour, label=name)
    right.set(xlabel="strength (V)", ylabel="mV, peak to peak", title="recruitment")
    right.legend(frameon=False)


def spasticity(left: Axes, right: Axes) -> None:
    recording, _ = iv.simulate("spasticity", duration=170, seed=1)
    observation = iv.observe(recording, ["spasticity"])
    (events,) = observation.events
    start = float(events.onset_s[0]) - 1.0
    for channel, colour, scale, shift in ((0, INK, 1.0, 0.0), (1, FIRST, 2e5, -20.0)):
        rate = recording.channels[channel].rate_hz
        part = recording.samples(channel, round(start * rate), round((start + 3) * rate))
        left.plot(np.arange(part.size) / rate, scale * part + shift, color=colour, linewidth=0.8)
    left.axvline(1.0, color=SECOND, linewidth=1)
    left.set(xlabel="s", ylabel="angle (deg); EMG below", title="a stretch and its reflex")
    values = measured(observation)
    speed = np.array([0.0, events.features["velocity_deg_s"].max()])
    right.plot(events.features["velocity_deg_s"], events.features["angle_deg"], "o", color=FIRST)
    line = values["tonic_threshold"] + values["velocity_dependence"] * speed
    right.plot(speed, line, color=SECOND, label=f"tonic threshold {values['tonic_threshold']:.0f} deg")
    right.set(xlabel="speed at onset (deg/s)", ylabel="angle at onset (deg)", title="threshold against speed")
    right.legend(frameon=False)


def transmission(left: Axes, right: Axes) -> None:
    for number, junction in enumerate(("healthy", "myasthenic", "lambert-eaton")):
        recording, _ = iv.simulate("repetitive-stimulation", duration=60, seed=4, junction=junction)
        (events,) = iv.observe(recording, ["transmission-failure"]).events
        size = events.features["amplitude_mv"]
        colour = (INK, FIRST, SECOND)[number]
        left.plot(np.arange(1, 11), size[:10], "o-", color=colour, label=junction)
        left.plot(np.arange(13, 23), size[20:30], "o-", color=colour)
    left.set(xlabel="response: at rest, and after 10 s of effort", ylabel="mV", ylim=(0, None), title="trains at 3 Hz")
    left.legend(frameon=False)
    recording, _ = iv.simulate("jitter", duration=10, seed=2, jitter_us=80)
    samples, rate = recording.samples(0), recording.channels[0].rate_hz
    tops = np.flatnonzero((samples[1:-1] > 6e-4) & (samples[1:-1] >= samples[:-2]) & (samples[1:-1] > samples[2:])) + 1
    firsts = tops[np.diff(tops, prepend=-np.inf) > 0.005 * rate]
    for top in firsts[:40]:
        part = 1e3 * samples[top - round(0.0005 * rate) : top + round(0.0025 * rate)]
        right.plot(1e3 * np.arange(part.size) / rate - 0.5, part, color=FIRST, linewidth=0.4, alpha=0.6)
    right.set(xlabel="ms after the first spike", ylabel="mV", title="40 discharges of a fibre pair, jitter 80 µs")


def conduction(left: Axes, right: Axes) -> None:
    recording, _ = iv.simulate("nerve-conduction", duration=12, seed=1, velocity_m_s=42, block_share=0.6)
    samples, rate = recording.samples(0), recording.channels[0].rate_hz
    for number, mark in enumerate((recording.annotations[0], recording.annotations[5])):
        first = round(mark.onset_s * rate)
        sweep = 1e3 * samples[first : first + round(0.025 * rate)]
        left.plot(1e3 * np.arange(sweep.size) / rate, sweep - 9 * number, color=INK, linewidth=1)
        left.text(17, 1.5 - 9 * number, mark.text.removeprefix("stimulus "))
    left.set(xlabel="ms after the stimulus", ylabel="mV", title="42 m/s, block of 60 %")
    settings = {"test": "scan", "stimuli_per_s": 3, "sampling_hz": 5000}
    for units, colour in ((100, FIRST), (12, SECOND)):
        recording, (truth,) = iv.simulate("nerve-conduction", duration=170, seed=1, units_n=units, **settings)
        level = [float(mark.text.split()[1]) for mark in recording.annotations]
        right.plot(level, truth.features["amplitude_mv"], ".", color=colour, markersize=3, label=f"{units} units")
    right.set(xlabel="strength (V)", ylabel="mV", title="scan of the M wave")
    right.legend(frameon=False)


def measured(observation: Observation) -> dict[str, float]:
    return {m.id.split(".")[1].split("@")[0]: m.value for m in observation.measurements}


PAGES = {
    "evoked": evoked,
    "spasticity": spasticity,
    "transmission-failure": transmission,
    "nerve-conduction": conduction,
}


def main() -> None:
    for name, draw in PAGES.items():
        picture = Figure(figsize=(9, 3.4), dpi=100, layout="constrained")
        axes = picture.subplots(1, 2)
        draw(*axes)
        for one in axes:
            one.spines[["top", "right"]].set_visible(False)
            one.tick_params(colors=INK)
            one.title.set_fontsize(10)
        picture.savefig(HERE / f"{name}.png", metadata={"Software": None})


if __name__ == "__main__":
    main()
