import pytest

from involuntary.knowledge.families import family_name


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Parkinson disease 2, autosomal recessive juvenile", "parkinson disease"),
        ("Parkinson's disease", "parkinson disease"),
        ("Charcot-Marie-Tooth disease, type 4C", "charcot-marie-tooth disease"),
        ("Spinocerebellar ataxia type 2", "spinocerebellar ataxia"),
        ("3-M syndrome 2", "3-m syndrome"),
        ("Wilson disease", "wilson disease"),
        ("DYSTONIA 1, TORSION, AUTOSOMAL DOMINANT; DYT1", "dystonia"),
    ],
)
def test_a_family_is_the_name_without_what_numbers_it(name, family):
    assert family_name(name) == family
