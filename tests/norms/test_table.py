"""Every limit is a row with its population and source, and a user's table takes the place of ours."""

import math
from dataclasses import replace

import pytest

from involuntary.errors import KnowledgeError
from involuntary.norms import Norm, Person, norms

HEADER = "test\tmeasure\tdirection\tlimit\tunit\tpopulation\tsource_id\tsource"
ROW = "rns\tdecrement_amplitude\tabove\t12\t%\tour laboratory\texpert-judgement\tour own"


def table(tmp_path, *lines, name="own.tsv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_every_row_of_the_package_is_sourced():
    rows = norms().rows
    assert len(rows) >= 40
    assert all(row.population and row.source and row.unit for row in rows)
    assert all(math.isnan(row.mean) or row.abnormal(row.mean) is False for row in rows)


@pytest.mark.parametrize(
    ("muscle", "activation", "mean", "individual"),
    [
        ("orbicularis oculi", "voluntary", 31, 45),
        ("frontalis", "stimulated", 21, 28),
        ("extensor digitorum", "voluntary", 30, 43),
        ("extensor digitorum", "stimulated", 24, 35),
    ],
)
def test_jitter_of_the_concentric_needle_has_the_limits_of_stalberg_2016(muscle, activation, mean, individual):
    what = {"muscle": muscle, "activation": activation, "electrode": "concentric"}
    of_mean, *_ = norms().find("jitter", "mcd_mean", **what)
    of_one, *_ = norms().find("jitter", "mcd_individual", **what)
    assert (of_mean.limit, of_one.limit) == (mean, individual)
    assert of_mean.source_id == "doi:10.1002/mus.24750"
    assert not of_mean.abnormal(mean)
    assert of_mean.abnormal(mean + 0.1)


@pytest.mark.parametrize(
    ("muscle", "age", "mean", "individual"),
    [
        ("frontalis", 25, 33.9, 50.1),
        ("frontalis", 70, 43.8, 74.1),
        ("orbicularis oculi", 79.9, 43.0, 55.8),
        ("extensor digitorum", 49, 35.4, 51.3),
        ("extensor digitorum", 95, 40.9, 66.5),
    ],
)
def test_jitter_of_the_single_fibre_needle_has_limits_by_decade(muscle, age, mean, individual):
    what = {"muscle": muscle, "activation": "voluntary", "electrode": "single-fibre"}
    (of_mean,) = norms().find("jitter", "mcd_mean", Person(age_years=age), **what)
    (of_one,) = norms().find("jitter", "mcd_individual", Person(age_years=age), **what)
    assert (of_mean.limit, of_one.limit) == (mean, individual)


def test_jitter_limits_of_an_age_do_not_reach_beyond_it():
    what = {"muscle": "frontalis", "activation": "voluntary", "electrode": "single-fibre"}
    assert not norms().find("jitter", "mcd_mean", Person(age_years=80), **what)
    assert not norms().find("jitter", "mcd_mean", Person(age_years=9), **what)


def test_studies_of_the_concentric_needle_that_disagree_stand_side_by_side_below_60_years():
    what = {"muscle": "extensor digitorum", "electrode": "concentric", "activation": "voluntary"}
    young, old = (norms().find("jitter", "mcd_individual", Person(age_years=age), **what) for age in (59, 60))
    assert [row.limit for row in young] == [43, 56.8]
    assert [row.limit for row in old] == [43]
    assert [row.limit for row in norms().find("jitter", "mcd_individual", **what)] == [43]


@pytest.mark.parametrize(("band", "mean", "individual"), [("", [31], [45]), ("2 kHz", [30], [44])])
def test_limits_of_a_stated_filter_take_the_place_of_those_of_none(band, mean, individual):
    what = {"muscle": "orbicularis oculi", "electrode": "concentric", "activation": "voluntary", "filter": band}
    assert [row.limit for row in norms().find("jitter", "mcd_mean", **what)] == mean
    assert [row.limit for row in norms().find("jitter", "mcd_individual", **what)] == individual


def test_the_rules_of_a_tenth_of_the_pairs_are_published():
    for measure in ("abnormal_pairs", "blocking_pairs"):
        (row,) = norms().find("jitter", measure)
        assert row.limit == 10
        assert not row.source_id.startswith("expert")


def test_radial_limits_are_two_deviations_of_what_is_published():
    speeds = norms().find("sensory-conduction", "velocity", nerve="radial")
    assert [row.limit for row in speeds] == pytest.approx([60.2 - 2 * 5.4, 62.6 - 2 * 4.3])
    sizes = norms().find("sensory-conduction", "amplitude", nerve="radial")
    assert [row.limit for row in sizes] == pytest.approx([math.exp(3.15 - 0.88), math.exp(3.07 - 0.8)], abs=0.05)


def test_half_of_the_amplitude_lost_is_a_block_as_the_criteria_have_it():
    (row,) = norms().find("motor-conduction", "block", nerve="ulnar")
    assert row.abnormal(50)
    assert not row.abnormal(49.9)


def test_limits_of_another_needle_or_of_an_unknown_muscle_are_not_borrowed():
    assert not norms().find("jitter", "mcd_mean", muscle="frontalis", activation="voluntary", electrode="single-fibre")
    assert not norms().find("jitter", "mcd_mean", muscle="soleus", activation="voluntary", electrode="concentric")
    assert not norms().find("jitter", "mcd_mean")


def test_where_studies_disagree_both_limits_stand():
    assert [row.limit for row in norms().find("rns", "decrement_amplitude", muscle="frontalis")] == [7, 10]
    assert [row.limit for row in norms().find("rns", "decrement_amplitude", muscle="trapezius")] == [10]
    assert [row.limit for row in norms().find("rns", "increment_amplitude")] == [60, 100]
    (usual,) = norms().find("rns", "decrement_amplitude")
    assert usual.abnormal(10.0)
    assert not usual.abnormal(9.99)


def test_limits_for_an_age_or_a_sex_are_for_them_alone():
    (young,) = norms().find("motor-conduction", "velocity", Person(age_years=25, sex="male"), nerve="tibial")
    assert young.limit == 42.2
    assert not norms().find("motor-conduction", "velocity", Person(age_years=60, sex="male"), nerve="tibial")
    assert not norms().find("motor-conduction", "velocity", Person(age_years=25, sex="female"), nerve="tibial")
    assert not norms().find("motor-conduction", "velocity", nerve="tibial")


def test_a_limit_moves_with_age_height_and_temperature(tmp_path):
    header = HEADER + "\tper_year\tat_years\tper_m\tat_m\tper_c\tat_c"
    row = "motor-conduction\tvelocity\tbelow\t48\tm/s\tus\texpert-judgement\tus\t-0.1\t40\t-10\t1.7\t2\t32"
    (own,) = norms(table(tmp_path, header, row)).find("motor-conduction", "velocity", Person(60, 1.8, 30))
    assert own.limit_for(Person(60, 1.8, 30)) == pytest.approx(48 - 2 - 1 - 4)
    assert not norms(table(tmp_path, header, row)).find("motor-conduction", "velocity", Person(60, 1.8))


def test_a_users_table_replaces_the_rows_of_its_tests_alone(tmp_path):
    own = norms(table(tmp_path, HEADER, ROW))
    assert [row.limit for row in own.find("rns", "decrement_amplitude", muscle="frontalis")] == [12]
    assert own.find("jitter", "mcd_mean", muscle="frontalis", activation="voluntary", electrode="concentric")


def test_a_row_prints_as_a_rule():
    norm = Norm(
        "rns", "decrement_area", "above", 10, "%", "p", "expert-judgement", "s", inclusive="yes", muscle="nasalis"
    )
    assert str(norm) == "decrement area ≥ 10 % (nasalis; p)"
    assert str(replace(norm, unit="1", muscle="", limit=1.5)) == "decrement area ≥ 1.5 (p)"
    assert str(replace(norm, muscle="", population="none stated")) == "decrement area ≥ 10 % (population not stated)"


def test_rows_of_the_same_people_name_them_once():
    row = Norm("motor-unit", "amplitude_mean", "above", 666, "µV", "p", "expert-judgement", "s", muscle="biceps")
    other = replace(row, measure="duration_mean", limit=12.7, unit="ms")
    judged = replace(row, measure="size_index_mean", limit=1, unit="1", muscle="", population="q")
    assert Norm.listed([row, judged, other]) == (
        "amplitude mean > 666 µV, duration mean > 12.7 ms (biceps; p); size index mean > 1 (q)"
    )


def test_a_row_prints_with_the_limit_at_the_age_of_the_person():
    norm = Norm(
        "sensory-conduction", "velocity", "below", 50, "m/s", "9 adults", "expert-judgement", "s", per_year=-0.1,
        at_years=40,
    )  # fmt: skip
    assert norm.told(Person(age_years=60)) == "velocity < 48 m/s (9 adults)"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((HEADER + "\tlimits", ROW + "\t1"), "'limits' is no column of norms (did you mean 'limit'?)"),
        ((HEADER.replace("\tunit", ""), ROW), "a table of norms needs the column unit; add it"),
        ((HEADER, ROW.replace("12", "twelve")), "line 2: the cell limit must be a finite number; got 'twelve'"),
        ((HEADER, ROW.replace("above", "over")), "line 2: the direction must be above or below; got 'over'"),
        ((HEADER, ROW.replace("our laboratory", "")), "line 2: the cell population must not be empty"),
        ((HEADER, ROW + "\t"), "line 2: every row needs as many cells as the header; check the tabs"),
        ((HEADER, ROW.replace("expert-judgement", "a book")), "the source must begin with one of"),
        ((HEADER + "\tper_year", ROW + "\t1"), "line 2: per_year needs at_years, where the limit holds as it stands"),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(tmp_path, lines, message):
    with pytest.raises(KnowledgeError) as refusal:
        norms(table(tmp_path, *lines))
    assert message in str(refusal.value)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(KnowledgeError, match=r"none\.tsv: no such table of norms; check the path"):
        norms(str(tmp_path / "none.tsv"))


def test_the_dorsal_sural_limit_follows_age_and_height_as_the_published_regression():
    (row,) = norms().find("sensory-conduction", "velocity", Person(60, 1.80), nerve="dorsal sural")
    published = math.exp(4.354374 - 0.0021081 * 60 - 0.0023354 * 180 - 1.96 * 0.11161)
    assert row.limit_for(Person(60, 1.80)) == pytest.approx(published, abs=0.15)
    assert not norms().find("sensory-conduction", "velocity", Person(60), nerve="dorsal sural")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ROW.replace("rns", "rsn"),
            (
                "own.tsv: 'rsn' is no test that has limits (did you mean 'rns'?); use one of evoked, jitter,"
                " motor-conduction, motor-unit, pendulum, rns, sensory-conduction, skin"
            ),
        ),
        (
            ROW.replace("decrement_amplitude", "decrement"),
            "own.tsv: 'decrement' is no measure of rns (did you mean 'decrement_area'?)",
        ),
    ],
)
def test_limits_that_nothing_would_read_are_refused(tmp_path, row, said):
    with pytest.raises(KnowledgeError) as refusal:
        norms(table(tmp_path, HEADER, row))
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("test", "measure", "column", "cell", "named"),
    [
        ("pendulum", "relaxation_index", "age_to", "60", "age"),
        ("pendulum", "relaxation_index", "muscle", "quadriceps", "muscle"),
        ("motor-unit", "duration_mean", "per_year\tat_years", "0.1\t40", "age"),
        ("motor-unit", "duration_mean", "sex", "female", "sex"),
        ("rns", "decrement_amplitude", "height_from_m", "1.8", "height"),
        ("jitter", "mcd_mean", "per_c\tat_c", "1\t32", "temperature"),
        ("evoked", "h_latency", "height_to_m", "1.8", "height"),
    ],
)
def test_limits_by_what_their_test_does_not_ask_for_are_refused(tmp_path, test, measure, column, cell, named):
    row = f"{test}\t{measure}\tabove\t1\t1\tours\texpert-judgement\tours\t{cell}"
    with pytest.raises(KnowledgeError) as refusal:
        norms(table(tmp_path, f"{HEADER}\t{column}", row))
    assert str(refusal.value) == (
        f"own.tsv: limits of {test} cannot go by {named}: the test does not ask for it; leave those cells empty,"
        " and keep a table for each"
    )


def test_a_table_that_was_changed_is_read_again(tmp_path):
    path = table(tmp_path, HEADER, ROW)
    assert norms(path).find("rns", "decrement_amplitude")[0].limit == 12
    assert norms(path) is norms(path)
    table(tmp_path, HEADER, ROW.replace("12", "120"))
    assert norms(path).find("rns", "decrement_amplitude")[0].limit == 120
