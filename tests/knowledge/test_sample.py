import csv
import io

import pytest

from involuntary.errors import ParameterError
from involuntary.knowledge.sample import sample, sample_table
from knowledge.world import ENTRIES, world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    entries = {**ENTRIES}
    twitch = entries["phenomena/twitch"]
    checked = [{**feature, "checked": True, "where": "table 2"} for feature in twitch["features"]]
    traits = [{"trait": "duration", "says": f"{i} ms", "source": "k", "checked": True} for i in range(8)]
    entries["phenomena/twitch"] = {**twitch, "features": checked, "traits": traits}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield world(tmp_path_factory.mktemp("world"), entries)


def test_a_seed_draws_the_same_claims_and_another_draws_others(knowledge):
    assert sample(knowledge, 4, 1) == sample(knowledge, 4, 1)
    assert sample(knowledge, 4, 1) != sample(knowledge, 4, 2)


def test_only_checked_claims_are_drawn_each_once(knowledge):
    drawn = sample(knowledge, 100, 1)
    assert len(drawn) == 10 == len({claim.place for claim in drawn})
    (feature,) = [claim for claim in drawn if "features" in claim.place]
    assert feature.place == "phenomena/twitch.yaml: features[0]"
    assert feature.says == "frequency: 1/2; hpo: HP:0003394; label: Muscle cramps"
    assert (feature.where, feature.source[:12]) == ("table 2", "T. O. 2000. ")


def test_the_table_has_room_for_the_second_reader(knowledge):
    rows = list(csv.reader(io.StringIO(sample_table(sample(knowledge, 3, 1)))))
    assert rows[0] == ["place", "says", "source", "where", "holds (yes/no)", "note"]
    assert [len(row) for row in rows] == [6] * 4
    assert all(row[4:] == ["", ""] for row in rows[1:])


def test_an_empty_sample_is_refused(knowledge):
    with pytest.raises(ParameterError) as error:
        sample(knowledge, 0, 1)
    assert str(error.value) == "n: a sample holds at least 1 claim; got 0"


def test_a_class_that_we_judged_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("INVOLUNTARY_CACHE", str(tmp_path / "cache"))
    disease = ENTRIES["conditions/disease"]
    exposures = [{**link, "source": "k", "checked": True} for link in disease["exposures"]]
    drawn = sample(world(tmp_path, {**ENTRIES, "conditions/disease": {**disease, "exposures": exposures}}), 100, 1)
    (exposure,) = [claim for claim in drawn if "exposures" in claim.place]
    assert "strength (judged): weak" in exposure.says
