"""Marks that come after their stimuli, as those of a program that writes them when it gets round to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Recording

__all__ = ["lateness"]

Floats = NDArray[np.float64]
# Judged: an artefact is sought so long before a mark and after it, noise before that; it bends so much more sharply
# than noise; a pulse lasts 1 ms at most, and a mark at its end is not late; so many stimuli show it.
_BEFORE_S, _AFTER_S, _NOISE_S, _SHARP, _LATE_S, _SHARE, _FEWEST = 0.008, 0.001, 0.02, 25.0, 0.001, 2 / 3, 3


def lateness(recording: Recording, channel: int, times_s: Floats) -> Floats:
    """Give by how many seconds marks come after their stimuli; empty where they do not, or where no artefact tells.

    The artefact of a stimulus bends the signal more sharply than anything a muscle gives. Where two thirds of the
    marks have the sharpest bend more than 1 ms before them, they are late.

    Parameters
    ----------
    recording : Recording
        Holds the channel.
    channel : int
        Its position.
    times_s : ndarray
        Marks of stimuli, on the recording's clock.
    """
    rate = recording.channels[channel].rate_hz
    before, after = round(_BEFORE_S * rate), round(_AFTER_S * rate)
    noise = round(_NOISE_S * rate)
    found = []
    for at in recording.sample_at(channel, times_s).tolist():
        if at < before + noise or at + after + 2 > recording.channels[channel].n_samples:
            continue  # too near an end to tell
        bend = np.abs(np.diff(recording.samples(channel, at - before - noise, at + after + 2), 2))
        usual, sought = float(np.median(bend[:noise])), bend[noise:]
        sharpest = int(np.argmax(sought))
        sharp = usual > 0 and sought[sharpest] > _SHARP * usual
        found.append((before - 1 - sharpest) / rate if sharp else 0.0)
    late = np.array(found)
    by = late[late > _LATE_S]
    return by if len(by) >= max(_FEWEST, _SHARE * late.size) else np.empty(0)
