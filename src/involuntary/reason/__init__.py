"""From findings to an assessment that can be argued with line by line."""

from involuntary.reason.assess import assess

__all__ = ["assess"]
