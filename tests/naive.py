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
