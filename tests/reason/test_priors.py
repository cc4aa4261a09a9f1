import numpy as np
import pytest

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


def test_the_acute_counts_for_more_in_an_emergency_room(knowledge):
    acute = knowledge.conditions["rhabdomyolysis"]
    assert curated_rate(acute, "emergency") > curated_rate(acute, "primary")


def test_what_needs_an_exposure_is_counted_among_the_exposed(knowledge):
    entry = knowledge.conditions["lithium-toxicity"]
    share = max(o.n / o.of for o in entry.occurrence if o.measure == "incidence")
    assert curated_rate(entry, "other") == pytest.approx(0.02 * share)
