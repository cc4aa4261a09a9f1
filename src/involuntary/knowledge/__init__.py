"""Facts with sources: curated entries, an ontology release and its disease annotations."""

from involuntary.knowledge.annotations import Annotations
from involuntary.knowledge.explain import explain
from involuntary.knowledge.library import Knowledge, load
from involuntary.knowledge.ontology import Ontology

__all__ = ["Annotations", "Knowledge", "Ontology", "explain", "load"]
