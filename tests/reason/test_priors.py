import msgspec
import numpy as np
import pytest

from involuntary.knowledge.schema import Course, ExposureLink, Occurrence
from involuntary.reason.priors import SETTINGS, curated_rate, prior_bits
from involuntary.reason.profiles import profiles_of


@pytest.mark.parametrize("setting", SETTINGS)
def test_priors_sum_to_one_and_share_as_the_table_says(knowledge, setting):
    profiles = profiles_of(knowledge)
    prior = np.exp2(prior_bits(profiles, setting))
    assert prior.sum() == pytest.approx(1.0)
    assert prior[profiles.none] == pytest.approx(SETTINGS[setting].none)
    assert prior[: len(profiles.annotated)].sum() == pytest.approx(SETTINGS[setting].annotated)
    assert np.all(prior[~profiles.stands] == 0.0)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_common_comes_before_the_rare_and_no_single_cause_before_none(knowledge, setting):
    profiles = profiles_of(knowledge)
    prior = dict(
        zip([e.id for e in profiles.curated], prior_bits(profiles, setting)[len(profiles.annotated) :], strict=False)
    )
    assert prior["nocturnal-leg-cramps"] > prior["amyotrophic-lateral-sclerosis"] > prior["stiff-person-syndrome"]
    assert max(prior.values()) < prior_bits(profiles, setting)[profiles.none]


def _entry(knowledge, **changed):
    return msgspec.structs.replace(knowledge.conditions["nocturnal-leg-cramps"], **changed)


def _counted(measure, n, of, setting="other"):
    return Occurrence(measure=measure, n=n, of=of, population="x", setting=setting, source="expert-judgement")


def test_the_acute_counts_for_more_in_an_emergency_room(knowledge):
    course = Course(onset=("acute",), says="x", source="expert-judgement")
    entry = _entry(knowledge, course=course, occurrence=(_counted("incidence", 1, 1e5),))
    assert curated_rate(entry, "emergency") == pytest.approx(10 * curated_rate(entry, "primary"))


def test_what_needs_an_exposure_is_counted_among_the_exposed(knowledge):
    link = ExposureLink(substance="x", strength="necessary", source="expert-judgement")
    counted = (_counted("incidence", 1, 100),)
    assert curated_rate(_entry(knowledge, exposures=(link,), occurrence=counted), "other") == pytest.approx(0.02 * 0.01)
    assert curated_rate(_entry(knowledge, exposures=(), occurrence=counted), "other") == pytest.approx(0.01)


def test_the_settings_own_count_stands_and_none_is_too_common(knowledge):
    counted = (_counted("prevalence", 1, 1000), _counted("prevalence", 1, 2, "primary"))
    assert curated_rate(_entry(knowledge, exposures=(), occurrence=counted), "other") == pytest.approx(1e-4)
    assert curated_rate(_entry(knowledge, exposures=(), occurrence=counted), "primary") == pytest.approx(0.01)
