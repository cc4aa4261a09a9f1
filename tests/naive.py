"""Slow readable twins of fast code: plain loops that say what is meant."""

from itertools import pairwise

import numpy as np


def smoothed(values, half_width):
    """Two running means, the first leaning back, the second forward; the ends see what there is."""
    if half_width < 2:
        return np.array(values)

    def running_mean(x, lean):
        before = (half_width - 1 + lean) // 2
        return [np.mean(x[max(i - before, 0) : max(i - before + half_width, 0)]) for i in range(len(x))]

    return np.array(running_mean(running_mean(values, 0), 1))


def turns(wave, smallest):
    """Peaks and troughs that remain when every swing smaller than `smallest` is taken out, smallest first."""
    corners = list(wave[:1])
    for i in range(1, len(wave)):
        if wave[i] == corners[-1]:
            continue
        if len(corners) > 1 and (corners[-1] - corners[-2]) * (wave[i] - corners[-1]) > 0:
            corners[-1] = wave[i]
        else:
            corners.append(wave[i])
    while len(corners) > 1:
        swings = [abs(b - a) for a, b in pairwise(corners)]
        least = int(np.argmin(swings))
        if swings[least] >= smallest:
            break
        if least == 0:
            del corners[0]
        elif least == len(swings) - 1:
            del corners[-1]
        else:
            del corners[least : least + 2]
    return max(len(corners) - 2, 0)


def scores(signal, templates):
    """Energy that each template takes off the signal where its middle is laid, shape (units, n)."""
    n, length = len(signal), templates.shape[1]
    wide = np.concatenate([np.zeros(length), signal, np.zeros(length)])
    table = np.empty((len(templates), n))
    for k, template in enumerate(templates):
        for i in range(n):
            there = wide[length + i - length // 2 : length + i - length // 2 + length]
            table[k, i] = 2 * there @ template - template @ template
    return table


def laid_potentials(signal, templates, least, most, apart):
    """Lay the best template, subtract it, look again; sorted pairs of unit and place."""
    rest, laid, half = np.array(signal), [], templates.shape[1] // 2
    while True:
        table = scores(rest, templates)
        table[(table < least[:, None]) | (table > most[:, None])] = -1
        for unit, at in laid:
            table[unit, max(at - apart + 1, 0) : at + apart] = -1
        unit, at = np.unravel_index(np.argmax(table), table.shape)
        if table[unit, at] <= 0:
            return sorted((int(unit), int(at)) for unit, at in laid)
        laid.append((unit, at))
        rest[at - half : at + half] -= templates[unit]


def likeliest_delay(signals, frequency_hz, delays_s):
    """Of these delays, the one at which each signal differs least from the mean of all others moved onto it."""

    def error(delay):
        total = 0.0
        for k, signal in enumerate(signals):
            others = [
                other * np.exp(2j * np.pi * frequency_hz * (m - k) * delay) for m, other in enumerate(signals) if m != k
            ]
            total += np.sum(np.abs(signal - np.mean(others, axis=0)) ** 2)
        return total

    return min(delays_s, key=error)


def linked(pieces, slack, alike_share):
    """Units of successive pieces, every unit held against all that are known."""

    def apart(a, b):
        energy = np.sum(a**2), np.sum(b**2)
        shared = np.correlate(a, b, "full")[a.size - 1 - slack : a.size + slack]
        return (sum(energy) - 2 * np.max(shared)) / max(energy)

    found = []
    for number, potentials in enumerate(pieces):
        known = [pieces[group[-1][0]][group[-1][1]] for group in found]
        pairs = sorted((apart(a, b), g, u) for g, a in enumerate(known) for u, b in enumerate(potentials))
        taken_groups, taken = set(), set()
        for distance, group, unit in pairs:
            if distance <= alike_share and group not in taken_groups and unit not in taken:
                found[group].append((number, unit))
                taken_groups.add(group)
                taken.add(unit)
        found += [[(number, unit)] for unit in range(len(potentials)) if unit not in taken]
    return found
