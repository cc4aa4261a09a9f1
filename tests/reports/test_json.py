"""The JSON is exactly what the interface promises."""

import json
from dataclasses import replace

import numpy as np
import pytest

from involuntary.model import ChannelSummary, Events, Observation, RecordingSummary
from involuntary.reports import REPORTS, Subject, write_report
from involuntary.reports.json import REPORT, schema

# Keys as promised, in the promised order; further keys follow them.
PROMISED = {
    "observation": ["recording", "events", "measurements", "findings", "notes", "version"],
    "recording": ["format", "duration_s", "channels"],
    "channel": ["name", "kind", "unit", "rate_hz", "usable_fraction"],
    "event": ["kind", "channel", "onset_s", "duration_s"],
    "measurement": ["id", "phenomenon", "channel", "value", "unit", "n", "interval", "quality", "method", "source"],
    "finding": ["phenomenon", "hpo", "label", "state", "likelihood_ratio", "because", "source"],
    "assessment": [
        "phenomena", "conditions", "unexplained", "red_flags", "urgency", "next_steps", "management", "observations",
        "knowledge", "version", "disclaimer",
    ],
    "phenomenon": ["id", "name", "probability", "supports", "contradicts", "missing"],
    "condition": ["rank", "id", "name", "group", "codes", "probability", "supports", "contradicts", "missing"],
    "contribution": ["finding", "likelihood_ratio", "source"],
    "red_flag": ["id", "why", "action", "source"],
    "next_step": ["kind", "what", "code", "expected_information_bits", "separates"],
    "management": ["for", "what", "kind", "caution", "source"],
    "knowledge": ["hpo", "annotations", "curated"],
}  # fmt: skip


def rendered(result):
    return json.loads(REPORT.render(Subject(result)), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_an_assessment_has_every_promised_key_in_order(assessment):
    out = rendered(assessment)
    seen = out["observations"][0]
    objects = {
        "assessment": out,
        "phenomenon": out["phenomena"][0],
        "condition": out["conditions"][0],
        "contribution": out["conditions"][0]["supports"][0],
        "red_flag": out["red_flags"][0],
        "next_step": out["next_steps"][0],
        "management": out["management"][0],
        "knowledge": out["knowledge"],
        "observation": seen,
        "recording": seen["recording"],
        "channel": seen["recording"]["channels"][0],
        "event": seen["events"][0],
        "measurement": seen["measurements"][0],
        "finding": seen["findings"][0],
    }
    assert objects.keys() == PROMISED.keys()
    for name, keys in PROMISED.items():
        assert list(objects[name])[: len(keys)] == keys, name


def test_a_small_observation_to_the_byte():
    summary = RecordingSummary("edf", 2.5, (ChannelSummary("Wadenmuskel µ", "surface-emg", "µV", 1000.0, 0.5),))
    events = Events("potential", ("Wadenmuskel µ",) * 2, [0.1, 1.25], [0.01, 0.01], {"amplitude_uv": [80.5, np.nan]})
    out = REPORT.render(Subject(Observation(summary, (events,), (), (), ("short",), "1.0")))
    assert out.decode() == (
        """{
  "recording": {
    "format": "edf",
    "duration_s": 2.5,
    "channels": [
      {
        "name": "Wadenmuskel µ",
        "kind": "surface-emg",
        "unit": "µV",
        "rate_hz": 1000.0,
        "usable_fraction": 0.5,
        "unusable": [],
        "heart": null
      }
    ]
  },
  "events": [
    {
      "kind": "potential",
      "channel": "Wadenmuskel µ",
      "onset_s": 0.1,
      "duration_s": 0.01,
      "amplitude_uv": 80.5
    },
    {
      "kind": "potential",
      "channel": "Wadenmuskel µ",
      "onset_s": 1.25,
      "duration_s": 0.01,
      "amplitude_uv": null
    }
  ],
  "measurements": [],
  "findings": [],
  "notes": [
    "short"
  ],
  "version": "1.0"
}
"""
    )


def test_a_measurement_and_its_source(observation):
    first, _, unmeasured, _ = rendered(observation)["measurements"]
    assert first == {
        "id": "fasciculation.rate@left calf", "phenomenon": "fasciculation", "channel": "left calf", "value": 20.1,
        "unit": "1/min", "n": 40, "interval": [14.4, 27.3], "quality": "good",
        "method": "count of potentials divided by usable time",
        "source": "Author A, Writer B. Journal 2020, Table 2 (doi:10.0000/rule)", "recording_time_s": 119.2,
        "parameters": {"amplitude_floor_uv": "100.0", "band_hz": "20–500"},
    }  # fmt: skip
    assert (unmeasured["value"], unmeasured["interval"]) == (None, None)
    assert unmeasured["quality"].startswith("too short")


def test_a_finding_names_the_source_of_its_weight_and_of_its_rule(observation):
    weighed, unweighed, _, unassessed = rendered(observation)["findings"]
    assert weighed["likelihood_ratio"] == 4.2
    assert weighed["source"] == "Weigher C. Journal 2021 (pmid:1)"
    assert weighed["rule_source"].endswith("Table 2 (doi:10.0000/rule)")
    assert unweighed["likelihood_ratio"] is None
    assert unweighed["source"] == unweighed["rule_source"]
    assert (unassessed["state"], unassessed["source"]) == ("not assessed", "")
    assert unassessed["rule"] == "needs an EEG channel"


def test_bits_add_up_and_unusable_time_is_told(assessment):
    out = rendered(assessment)
    first = out["conditions"][0]
    assert first["supports"][0]["bits"] == pytest.approx(np.log2(first["supports"][0]["likelihood_ratio"]))
    assert first["prior_bits"] == -6.0
    assert out["observations"][0]["recording"]["channels"][1]["unusable"] == [
        {"reason": "voluntary activity", "onset_s": 40.0, "duration_s": 6.0},
        {"reason": "clipped", "onset_s": 70.0, "duration_s": 1.5},
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_number_that_is_not_finite_gets_out(assessment, value):
    phenomenon = replace(assessment.phenomena[0], probability=value)
    step = replace(assessment.next_steps[0], expected_information_bits=np.float64(value))
    out = rendered(replace(assessment, phenomena=(phenomenon,), next_steps=(step,)))
    assert out["phenomena"][0]["probability"] is None
    assert out["next_steps"][0]["expected_information_bits"] is None


def test_hostile_names_stay_text(observation):
    name = '"</script>\x00\ud800é'
    events = Events("burst", (name,), [0.0], [0.1])
    out = rendered(replace(observation, events=(events,), notes=(name,)))
    assert out["notes"] == ['"</script>\x00\ufffdé']
    assert out["events"][0]["channel"] == '"</script>\x00\ufffdé'


def test_the_same_result_gives_the_same_bytes(assessment):
    assert REPORT.render(Subject(assessment)) == REPORT.render(Subject(replace(assessment)))


def test_the_schema_requires_what_is_promised():
    shapes = schema()["assessment"]["$defs"]
    for name, keys in (("AssessmentShape", "assessment"), ("ManagementShape", "management")):
        assert set(PROMISED[keys]) <= set(shapes[name]["required"])


def test_it_is_found_by_its_suffix(tmp_path, empty):
    write_report(empty, tmp_path / "out.JSON")
    assert json.loads((tmp_path / "out.JSON").read_bytes())["notes"] == ["too short"]
    assert REPORTS.get("json").media_type == "application/json"
