"""Facts with sources: curated entries, an ontology release and its disease annotations."""
