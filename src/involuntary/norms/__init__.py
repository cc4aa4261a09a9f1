"""Limits of clinical tests: every one a row of a table, with the people it was measured in and its source."""

from involuntary.norms.table import Norm, Norms, Person, norms

__all__ = ["Norm", "Norms", "Person", "norms"]
