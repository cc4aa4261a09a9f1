import pytest

from involuntary.intake.circumstances import age_in, exposures_in, onset_in, sex_in
from involuntary.knowledge import load
from involuntary.model import Onset


@pytest.fixture(scope="module")
def knowledge():
    return load()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I take furosemide and simvastatin.", [("furosemide", "drug"), ("simvastatin", "drug")]),
        ("Haldol was started last week.", [("haldol", "drug")]),
        ("on water tablets", [("water tablets", "drug")]),
        ("I do not take statins.", []),
        ("My mother takes lithium.", []),
        ("no alcohol, but a lot of caffeine", [("caffeine", "food")]),
        ("Cramps after a marathon.", [("marathon", "activity")]),
        ("when drinking water", []),
        ("furosemide and again furosemide", [("furosemide", "drug")]),
    ],
)
def test_exposures_are_read(knowledge, text, told):
    assert [(e.substance, e.kind) for e in exposures_in(text, knowledge)] == told


@pytest.mark.parametrize(
    ("text", "onset"),
    [
        ("For three weeks my calves twitch.", Onset("", "three weeks", 21.0)),
        ("Two days ago he became stiff.", Onset("acute", "two days", 2.0)),
        ("Since yesterday my neck is stiff.", Onset("acute", "1 day", 1.0)),
        ("Suddenly my arm flung out.", Onset("acute")),
        ("a 4 week history of cramps", Onset("", "4 week", 28.0)),
        ("My calves twitch.", Onset()),
        ("A 58-year-old man.", Onset()),
    ],
)
def test_since_when_is_read(text, onset):
    assert onset_in(text) == onset


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("A 73-year-old man has cramps.", 73.0, "male"),
        ("58 yo F with cramps", 58.0, "female"),
        ("I am 25 and healthy.", 25.0, "unknown"),
        ("My daughter is 6 months old; she jerks.", 0.5, "female"),
        ("My husband, 62, shuffles.", 62.0, "male"),
        ("I am pregnant.", None, "female"),
        ("I am 250 and twitch.", None, "unknown"),
        ("My calves twitch.", None, "unknown"),
    ],
)
def test_age_and_sex_are_read(text, age, sex):
    assert (age_in(text), sex_in(text)) == (age, sex)
