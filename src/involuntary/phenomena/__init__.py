"""One file per phenomenon: which events and measures, by which published rule."""

from involuntary.phenomena.base import PHENOMENA, Measured, Phenomenon, observe

__all__ = ["PHENOMENA", "Measured", "Phenomenon", "observe"]
