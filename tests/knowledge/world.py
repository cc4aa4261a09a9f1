"""A tiny set of entries without a fault, over the tiny release: tests break one thing at a time."""

import yaml

from involuntary.knowledge import load
from knowledge.small import release

SAID = {"plain": "a", "clinician": "b", "source": "k"}

ENTRIES = {
    "phenomena/twitch": {
        "id": "twitch",
        "name": "Twitch",
        "synonyms": ["flicker"],
        "cues": ["my eyelid jumps"],
        "group": "hyperexcitability",
        "codes": {"hpo": [{"id": "HP:0002380", "label": "Fasciculations"}]},
        "definition": {**SAID, "where": "p. 1", "checked": True},
        "mechanism": SAID,
        "features": [{"hpo": "HP:0003394", "label": "Muscle cramps", "frequency": "1/2", "source": "k"}],
        "traits": [{"trait": "duration", "says": "short", "source": "k"}],
        "red_flags": ["warning"],
    },
    "conditions/disease": {
        "id": "disease",
        "name": "Disease",
        "group": "metabolic",
        "codes": {"mondo": ["MONDO:0004976"], "icd10": ["G12.2"], "orpha": ["ORPHA:803"], "omim": ["OMIM:160900"]},
        "definition": SAID,
        "mechanism": SAID,
        "occurrence": [{"measure": "prevalence", "n": 1, "of": 100, "population": "all", "source": "k"}],
        "age": {"low": 1, "high": 9, "typical": 5, "source": "k"},
        "sex": {"female": 0.5, "source": "k"},
        "phenomena": [{"id": "twitch", "frequency": "frequent", "source": "k"}],
        "labs": [{"lab": "calcium", "flag": "low", "source": "k"}],
        "exposures": [{"substance": "loop-diuretic", "strength": "weak", "source": "expert-judgement"}],
        "triggers": [{"what": "cold", "substance": "loop-diuretic", "source": "k"}],
        "argues_against": [{"says": "c", "hpo": "HP:0003394", "label": "Muscle spasm", "source": "k"}],
        "investigations": [{"kind": "test", "what": "w", "shows": "s", "code": "2000-8", "source": "k"}],
        "no_red_flags_because": "harmless",
        "confused_with": [{"id": "other", "separates": "x", "source": "k"}],
    },
    "conditions/other": {
        "id": "other",
        "name": "Other",
        "group": "metabolic",
        "definition": SAID,
        "mechanism": SAID,
        "no_red_flags_because": "harmless",
        "confused_with": [{"id": "disease", "separates": "x", "source": "k"}],
    },
    "red_flags/warning": {
        "id": "warning",
        "name": "Warning",
        "why": "w",
        "action": "a",
        "urgency": "urgent",
        "when": [
            {"any": [{"finding": "HP:0002380", "label": "Fasciculations"}]},
            {"any": [{"lab": "calcium", "below": 1.9, "unit": "mmol/L"}, {"exposure": "loop-diuretic"}]},
        ],
        "dangers": ["disease"],
        "source": "k",
    },
    "substances/loop-diuretic": {
        "id": "loop-diuretic",
        "name": "Loop diuretic",
        "kind": "drug",
        "members": [{"name": "furosemide", "atc": "C03CA01"}],
        "links": [
            {"phenomenon": "twitch", "mechanism": "m", "what_to_do": "w", "members": ["furosemide"], "source": "k"}
        ],
    },
    "labs/calcium": {
        "id": "calcium",
        "name": "Calcium",
        "loinc": ["2000-8"],
        "unit": "mmol/L",
        "units": {"mg/dL": 0.2495},
        "reference": [{"low": 2.2, "high": 2.6, "source": "k"}],
        "links": [{"flag": "low", "hpo": "HP:0003394", "label": "Muscle spasm", "phenomenon": "twitch", "source": "k"}],
    },
    "sources/all": {
        "k": {
            "title": "T", "year": 2000, "kind": "guideline", "organisation": "O", "doi": "10.1000/x", "pmid": "1",
            "isbn": "978-0-306-40615-7", "among": "2 adults", "checked": {"date": "2026-01-02", "how": "abstract"},
        }
    },
}  # fmt: skip


def world(folder, entries=ENTRIES):
    """Write the entries and the release, and load them."""
    for name, entry in entries.items():
        path = folder / "entries" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(entry, sort_keys=False), encoding="utf-8")
    return load(release(folder / "release"), folder / "entries")
