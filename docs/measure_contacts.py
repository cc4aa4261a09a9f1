"""Measure what the checks of contacts find and how often they cry wolf; prints the tables of ``docs/quality.md``."""

import numpy as np

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Recording

RATE, SECONDS, START, STOP = 2000.0, 120, 50, 80
REPEATS = 25


def lost(kind, size, random):
    """What is put in the place of (or, where it says so, added to) 30 s of a recording, in volts."""
    n = (STOP - START) * int(RATE)
    time = np.arange(n) / RATE
    if kind == "mains":
        phase = random.uniform(0, 2 * np.pi, 2)
        return np.sqrt(2) * size * (np.sin(314.2 * time + phase[0]) + 0.2 * np.sin(942.6 * time + phase[1]))
    if kind == "white noise":
        return random.normal(0, size, n)
    if kind == "clipped":
        return np.clip(random.normal(0, size, n), -0.01, 0.01)
    if kind == "saturated":
        return size + random.normal(0, 20e-6, n)
    return np.zeros(n) if kind == "flat" else 1e-7 * (random.random(n) > 0.5)


def found(kind, size, reason):
    """Share of recordings in which at least 90 % of what was lost is marked for this reason."""
    hits = 0
    for seed in range(REPEATS):
        signals, _ = iv.simulate("fasciculation", duration=SECONDS, seed=seed)
        x = signals.samples(0).copy()
        x[START * 2000 : STOP * 2000] = lost(kind, size, np.random.default_rng(seed))
        marked = dict(Bench(Recording.from_arrays([x], signals.channels)).usable(0).unusable).get(reason)
        inside = sum(min(b, STOP) - max(a, START) for a, b in marked or () if b > START and a < STOP)
        hits += inside >= 0.9 * (STOP - START)
    return hits / REPEATS


def brief(kind, size):
    """Share of recordings in which a disturbance at 50 s is marked, and no more than four seconds with it."""
    hits, time = 0, np.arange(-int(2 * RATE), int(4 * RATE)) / RATE
    for seed in range(REPEATS):
        sign = np.random.default_rng(seed).choice([-1.0, 1.0])
        shape = {
            "glitch": 1.0 * (time == 0),
            "electrode pop": np.where(time >= 0, np.exp(-np.maximum(time, 0.0) / 0.3), 0.0),
            "movement": np.where((time >= 0) & (time < 2), np.sin(2 * np.pi * 3 * time), 0.0),
        }[kind]
        signals, _ = iv.simulate("fasciculation", duration=SECONDS, seed=seed)
        x = signals.samples(0).copy()
        x[START * 2000 - 4000 : START * 2000 + 8000] += sign * size * shape
        marked = list(dict(Bench(Recording.from_arrays([x], signals.channels)).usable(0).unusable).get(kind, ()))
        hits += sum(b - a for a, b in marked) < 4 and any(a <= START + 0.001 and b > START for a, b in marked)
    return hits / REPEATS


def bridged(noise_uv):
    """Share of recordings of 8 channels in which a bridge of 60 s is found, and no other."""
    hits = 0
    for seed in range(REPEATS):
        signals, _ = iv.simulate("fasciculation", duration=SECONDS, seed=seed, channels=8)
        arrays = [signals.samples(i).copy() for i in range(8)]
        half = arrays[0].size // 2
        arrays[1][half:] = arrays[0][half:] + np.random.default_rng(seed).normal(0, 1e-6 * noise_uv, half)
        bench = Bench(Recording.from_arrays(arrays, signals.channels))
        why = {i: [r for r, s in bench.usable(i).unusable if s.total_s > 50] for i in range(8)}
        hits += why == {0: ["bridged with EMG 2"], 1: ["bridged with EMG 1"], **{i: [] for i in range(2, 8)}}
    return hits / REPEATS


CLEAN = [
    ("rest", {"channels": 8}),
    ("rest", {"channels": 64}),
    ("rest", {"channels": 8, "mains_uv": 100, "ecg_uv": 300}),
    ("fasciculation", {"channels": 8, "per_min": 120}),
    ("voluntary", {"excitation_percent": 25}),
    ("voluntary", {"excitation_percent": 80, "pattern": "phasic"}),
    ("cramp", {}),
    ("spasm", {}),
    ("neuromyotonia", {}),
    ("myoclonus", {}),
    ("negative-myoclonus", {}),
    ("hemifacial-spasm", {}),
    ("tetany", {}),
]


def alarms(name, settings, seconds):
    """Channel hours, and by reason the stretches that are marked in a recording that holds none."""
    signals, _ = iv.simulate(name, duration=seconds, seed=11, **settings)
    bench = Bench(signals)
    channels = [i for i, c in enumerate(signals.channels) if c.kind.is_emg]
    marked = [(reason, len(spans)) for i in channels for reason, spans in bench.usable(i).unusable]
    hearts = [] if "ecg_uv" in settings else [("heart", 1) for i in channels if bench.heart(i)]
    return len(channels) * seconds / 3600, marked + hearts


if __name__ == "__main__":
    print("| what happened for 30 s | reason | found |\n|---|---|---|")
    for kind, size, reason in (
        ("mains", 100e-6, "detached"),
        ("mains", 1e-3, "detached"),
        ("white noise", 30e-6, "detached"),
        ("white noise", 60e-6, "detached"),
        ("white noise", 300e-6, "detached"),
        ("clipped", 0.1, "clipped"),
        ("saturated", 9.8e-3, "saturated"),
        ("flat", 0.0, "flat line"),
        ("flicker of one step", 1e-7, "flat but for the converter's step"),
    ):
        shown = f"{kind}, {size * 1e6:g} µV" if kind in {"mains", "white noise"} else kind
        print(f"| {shown} | {reason} | {found(kind, size, reason):.0%} |", flush=True)
    for kind in ("glitch", "electrode pop", "movement"):
        for size in (300e-6, 1e-3):
            print(f"| {kind}, {size * 1e6:g} µV (a moment) | {kind} | {brief(kind, size):.0%} |", flush=True)
    for noise_uv in (0.2, 0.5, 1.0):
        print(f"| bridge (for 60 s), {noise_uv} µV of own noise | bridged | {bridged(noise_uv):.0%} |", flush=True)
    print("\n| clean recording | channel hours | stretches marked |\n|---|---|---|")
    for name, settings in CLEAN:
        # 64 channels are made anew for every channel where they do not fit into memory.
        hours, marked = alarms(name, settings, 60 if settings.get("channels", 1) > 8 else 600)
        told = " ".join(f"{k} {v}" for k, v in settings.items())
        why = ", ".join(f"{n} {reason}" for reason, n in marked) or "none"
        print(f"| {name} {told} | {hours:.2f} | {why} |", flush=True)
