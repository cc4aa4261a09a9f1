"""Stretches that stand out of a block, as trains are sought in them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.fits import Piece
from involuntary.detect._trains.rule import TrainRule
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.denser import denser
from involuntary.dsp.noise import track
from involuntary.dsp.runs import joined
from involuntary.dsp.succession import Sampling

__all__ = [
    "AROUND_S", "WINDOW_S", "Place", "Seen", "all_high", "around", "clear_of", "crowded", "faintly", "recounted",
    "sampled", "seen", "standing_out", "thinned",
]  # fmt: skip

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

AROUND_S = 0.025  # a filtered potential reaches so much further than what stands out
WINDOW_S = 600.0  # time from which units are learnt at once
_FAST_HZ = 2500.0  # samples a second that hold the band; of faster channels every so many is kept
_SLOW_HZ = 2000.0  # slower channels are made denser: potentials are found, tried and moved on their samples
_KEPT = 200  # places of a block that hardly stand out
_OF_NOISE = 1.055  # root mean square of Gaussian noise over the median of its envelope, of six degrees of freedom


class Place(NamedTuple):
    """What stands out, with what lies around it, and its parts that stand out by themselves; starts in the channel."""

    whole: Piece
    parts: tuple[Piece, ...]


class Seen(NamedTuple):
    """What is kept of a block to learn from: its length, what stands out, and some of what hardly does."""

    rule: TrainRule
    sampling: Sampling
    step: float
    seconds: float
    clear: list[Place]
    faint: list[Place]


def sampled(part: Conditioned, rule: TrainRule) -> tuple[float, Sampling, Samples]:
    """Give how many samples of the channel one that is kept stands for, and what they are."""
    step, finer = max(round(part.rate_hz / _FAST_HZ), 1), max(round(_SLOW_HZ / part.rate_hz), 1)
    sampling = Sampling(part.rate_hz * finer / step, rule.low_hz, rule.high_hz)
    return step / finer, sampling, denser(np.asarray(part.wave[::step], np.float64), finer)


def recounted(spans: Spans, step: float) -> Spans:
    """Count samples of the channel in those that are kept."""
    return np.asarray(spans // step, dtype=np.intp)


def seen(part: Conditioned, rule: TrainRule) -> Seen:
    """Give the places of a block that stand out, and some of those that hardly do."""
    resampled = sampled(part, rule)
    step, sampling, _ = resampled
    seconds = (part.block.stop - part.block.start) / part.rate_hz
    clear = _places(part, resampled, rule)
    faint = _places(part, resampled, faintly(rule)) if clear else []
    return Seen(rule, sampling, step, seconds, clear, thinned(faint, _KEPT))


def faintly(rule: TrainRule) -> TrainRule:
    """Give the rule by which less stands out."""
    return replace(rule, noise_factor=rule.faint_noise_factor, clear_factor=rule.faint_factor)


def _places(part: Conditioned, resampled: tuple[float, Sampling, Samples], rule: TrainRule) -> list[Place]:
    step, sampling, samples = resampled
    spans, level = standing_out(part, rule)
    if not len(spans) or crowded(part, spans, rule):
        return []
    inner = _pieces(samples, recounted(spans, step), level)
    groups = joined(recounted(spans, step), round(AROUND_S * sampling.rate_hz))
    member = np.searchsorted(groups[:, 0], spans[:, 0] // step, side="right") - 1
    wholes = around(samples, groups, level[np.searchsorted(member, np.arange(len(groups)))], sampling)
    parts = [[inner[i] for i in np.flatnonzero(member == number).tolist()] for number in range(len(wholes))]
    shift = part.block.first
    return [_moved(Place(whole, tuple(own)), step, shift) for whole, own in zip(wholes, parts, strict=True)]


def thinned(places: list[Place], limit: float) -> list[Place]:
    """Give so many of the places at most, evenly."""
    return places[:: max(math.ceil(len(places) / limit), 1)]


def crowded(part: Conditioned, spans: Spans, rule: TrainRule) -> bool:
    """Tell whether stretches fill so much of a block that nothing stands alone."""
    return bool(np.sum(spans[:, 1] - spans[:, 0]) > rule.crowded_share * (part.block.stop - part.block.start))


def _moved(place: Place, step: float, shift: int) -> Place:
    """Count starts in samples of the channel."""

    def moved(piece: Piece) -> Piece:
        return Piece(round(piece.start * step) + shift, piece.wave.copy(), piece.noise)

    return place._replace(whole=moved(place.whole), parts=tuple(moved(piece) for piece in place.parts))


def _pieces(samples: Samples, spans: Spans, level: Samples) -> list[Piece]:
    return [
        Piece(first, samples[first:last], noise * _OF_NOISE)
        for (first, last), noise in zip(spans.tolist(), level.tolist(), strict=True)
    ]


def around(samples: Samples, spans: Spans, level: Samples, sampling: Sampling) -> list[Piece]:
    """Give stretches with what lies around them, as far as half-way to the next."""
    reach = round(AROUND_S * sampling.rate_hz)
    half = (spans[1:, 0] + spans[:-1, 1]) // 2
    first = np.maximum(spans[:, 0] - reach, np.concatenate([[0], half]))
    last = np.minimum(spans[:, 1] + reach, np.concatenate([half, [samples.size]]))
    return _pieces(samples, np.column_stack([first, last]), level)


def standing_out(part: Conditioned, rule: TrainRule) -> tuple[Spans, Samples]:
    """Give the stretches that stand out and begin in the block proper, and the noise at each."""
    return clear_of(part, all_high(part, rule), rule)


def clear_of(part: Conditioned, high: Spans, rule: TrainRule) -> tuple[Spans, Samples]:
    """Give those of the high stretches that begin in the block proper, are short and clear, and the noise at each."""
    spans, noise, envelope = high, track(part.steps), part.envelope
    spans = spans[(spans[:, 0] >= part.block.start) & (spans[:, 0] < part.block.stop)]
    spans = spans[spans[:, 1] - spans[:, 0] <= rule.longest_ms * part.rate_hz / 1e3]
    level = noise.level_at(spans[:, 0]) if len(spans) else np.empty(0)
    top = np.array([envelope[a:b].max() for a, b in spans.tolist()])
    clear = top > rule.clear_factor * level
    return spans[clear], level[clear]


def all_high(part: Conditioned, rule: TrainRule) -> Spans:
    """Give the stretches of a block in which the envelope is high, of any length."""
    envelope, noise = part.envelope, track(part.steps)
    high = envelope > max(noise.lowest_threshold(rule.noise_factor), rule.lowest_envelope_uv)
    at = np.flatnonzero(high)
    at = at[envelope[at] > np.maximum(noise.threshold_at(at, rule.noise_factor), rule.lowest_envelope_uv)]
    gap, margin = (round(ms * part.rate_hz / 1e3) for ms in (rule.pause_ms, rule.margin_ms))
    spans = joined(np.column_stack([at, at + 1]), gap)
    spans = joined(np.column_stack([spans[:, 0] - margin, spans[:, 1] + margin]))
    return np.clip(spans, 0, envelope.size)
