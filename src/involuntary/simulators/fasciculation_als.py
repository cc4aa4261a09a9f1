"""Fasciculations as in ALS: more often, of more units, and of reinnervated ones, whose potentials are polyphasic."""

from __future__ import annotations

from involuntary.model import Reference
from involuntary.simulators.fasciculation import Fasciculation, FasciculationParameters

__all__ = ["GENERATOR", "FasciculationALS"]

_RATE = Reference(
    "url:https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7425399/",
    "Bashford et al. 2020, 526 recordings of ALS and benign fasciculation",
    "strong biceps: ten times the rate of benign fasciculation",
)
_SHAPE = Reference(
    "doi:10.1155/2021/6631664", "BioMed Res Int 2021:6631664, 361 muscles with ALS and 124 with nerve"
    " hyperexcitability", "potentials of ALS are more often polyphasic, longer and larger",
)  # fmt: skip


class FasciculationALS(Fasciculation):
    """As `Fasciculation`, with the rate and the shapes of ALS; the signal alone names no disease."""

    id = "fasciculation-als"
    name = "Fasciculations as in ALS"
    references = (_RATE, _SHAPE)


# Sizes, lengths and the share of polyphasic units are engineering choices in the published direction.
GENERATOR = FasciculationALS(
    FasciculationParameters(
        per_min=100.0,
        units=15,
        amplitude_max_uv=800.0,
        amplitude_cv=0.08,
        polyphasic_share=0.6,
        duration_min_ms=10.0,
        duration_max_ms=25.0,
    )
)
