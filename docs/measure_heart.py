"""Measure what removing the heart costs; prints the table of ``docs/quality.md``.

The design of Drake & Callaghan 2006 on simulated signals: the heart is added to clean EMG, removed, and the root mean
square and the median frequency are compared with those of the clean signal.
"""

import numpy as np
from scipy.signal import butter, sosfiltfilt

import involuntary as iv
from involuntary.detect.heart import HeartRule, detect, without_heart
from involuntary.dsp.spectrum import welch
from involuntary.model import Recording

SECONDS, SEEDS = 60.0, range(8)


def size_and_middle(x, rate):
    """Root mean square above 1 Hz and median frequency."""
    spectrum = welch(x, rate, segment_s=1.0, detrend="constant")
    below = np.cumsum(spectrum.density)
    return np.std(x), spectrum.frequency_hz[np.searchsorted(below, below[-1] / 2)]


def mixed(effort, ecg_uv, seed):
    """Clean EMG, the same with the heart in it, and the channel."""
    clean, _ = iv.simulate("voluntary", duration=SECONDS, seed=seed, excitation_percent=effort)
    heart, _ = iv.simulate("rest", duration=SECONDS, seed=100 + seed, noise_uv=0, mains_uv=0, ecg_uv=ecg_uv)
    return clean.samples(0), clean.samples(0) + heart.samples(0), clean.channels[0]


def errors(effort, ecg_uv):
    """Errors in per cent of the clean signal, by what was done: (RMS, median frequency), mean over the seeds."""
    found = {"nothing": [], "template": [], "high-pass 30 Hz": []}
    for seed in SEEDS:
        clean, dirty, channel = mixed(effort, ecg_uv, seed)
        rate = channel.rate_hz
        done = {
            "nothing": dirty,
            "template": without_heart(Recording.from_arrays([dirty], [channel])).samples(0),
            "high-pass 30 Hz": sosfiltfilt(butter(2, 30, "highpass", fs=rate, output="sos"), dirty),
        }
        truth = np.array(size_and_middle(clean, rate))
        for name, x in done.items():
            found[name].append(100 * (np.array(size_and_middle(x, rate)) / truth - 1))
    return {name: np.mean(np.abs(rows), axis=0) for name, rows in found.items()}


def seen(effort, ecg_uv):
    """Share of minutes in which the heart is found at the right rate."""
    hits = 0
    for seed in SEEDS:
        if effort:
            _, dirty, channel = mixed(effort, ecg_uv, seed)
            signals = Recording.from_arrays([dirty], [channel])
        else:
            signals, _ = iv.simulate("rest", duration=SECONDS, seed=seed, ecg_uv=ecg_uv)
        found = detect(signals, 0, HeartRule())
        hits += found is not None and abs(found.rate_per_min - 70) < 3
    return hits / len(SEEDS)


if __name__ == "__main__":
    print("| effort | 20 µV | 50 µV | 100 µV | 200 µV | 300 µV |\n|---|---|---|---|---|---|")
    for effort in (0, 10, 25, 50):
        print(f"| {effort} % | {' | '.join(f'{seen(effort, uv):.0%}' for uv in (20, 50, 100, 200, 300))} |")
    print()
    print("| effort | R wave | nothing done | template | high-pass 30 Hz |")
    print("|---|---|---|---|---|")
    for effort in (10, 25):
        for ecg_uv in (100, 300, 1000):
            cells = [f"{a:.1f} % / {b:.1f} %" for a, b in errors(effort, ecg_uv).values()]
            print(f"| {effort} % | {ecg_uv} µV | {' | '.join(cells)} |")
