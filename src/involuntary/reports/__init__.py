"""One file per output: an assessment or an observation in, bytes out."""

from involuntary.reports.base import REPORTS, Report, Subject, write_report

__all__ = ["REPORTS", "Report", "Subject", "write_report"]
