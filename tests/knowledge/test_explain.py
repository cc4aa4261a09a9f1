import msgspec
import pytest

from involuntary.errors import KnowledgeError, UnknownNameError
from involuntary.knowledge import explain
from involuntary.knowledge.describe import sections
from involuntary.knowledge.explain import AnnotatedDisease, CodedTerm, entry_text
from involuntary.knowledge.schema import Course
from involuntary.model import Term
from knowledge.world import world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("twitch", "twitch"),
        ("Flicker", "twitch"),
        ("HP:0002380", "twitch"),
        ("hp:0007092", "twitch"),  # merged into it
        ("Muscle twitch", "twitch"),  # the ontology's synonym of its code
        ("my eyelid keeps jumping", "twitch"),
        ("twtich", "twitch"),
        ("what is a loop diuretic?", "loop-diuretic"),
        ("furosemid", "loop-diuretic"),
        ("C03CA01", "loop-diuretic"),
        ("2000-8", "calcium"),
        ("LOINC:2000-8", "calcium"),
        ("hp 2380", "twitch"),
        ("HP_0002380", "twitch"),
        ("MONDO_0004976", "disease"),
        ("orphanet 803", "disease"),
        ("mim 160900", "disease"),
        ("C03C", "loop-diuretic"),
        ("ATC C03CA01", "loop-diuretic"),
        ("icd-10: G12.2", "disease"),
        ("Twitch is the name for a small movement in a disease", "twitch"),
        ("g12.2", "disease"),
        ("ORPHA:803", "disease"),
        ("Orphanet:803", "disease"),
        ("MONDO:0004976", "disease"),
        ("warning", "warning"),
    ],
)
def test_an_entry_is_found_by_any_of_its_ways(knowledge, query, found):
    assert explain(query, knowledge).id == found


def test_a_term_without_an_entry_is_explained_by_the_ontology(knowledge):
    found = CodedTerm(Term("HP:0003394", "Muscle spasm"), "", ("Muscle cramps",))
    assert explain("muscle cramps", knowledge) == explain("HP:0003394", knowledge) == found
    text = entry_text(found, knowledge)
    assert text.splitlines()[::2][:2] == ["Muscle spasm (HP:0003394)", "The ontology has no definition of it."]


def test_an_annotated_disease_is_explained_with_all_its_rows(knowledge):
    found = explain("Twitching disease of Orphanet", knowledge)
    assert isinstance(found, AnnotatedDisease)
    assert set(found.codes) >= {"ORPHA:9"}
    assert found.features == ((Term("HP:0002380", "Fasciculations"), "80% to 99%"),)
    assert explain("twiching disaese of orphannet", knowledge) == found
    assert "\n- Fasciculations (HP:0002380): 80% to 99%\n" in entry_text(found, knowledge)


def test_what_a_disease_excludes_is_no_feature(knowledge):
    assert explain("OMIM:1", knowledge).features == ((Term("HP:0002380", "Fasciculations"), "3/4"),)


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        (
            "xyzzy\x1b",
            UnknownNameError,
            "xyzzy\\x1b: nothing is known by that name; the nearest are 'Phenotypic abnormality' and 'Another'",
        ),
        (" ", UnknownNameError, "explain: needs an id, a code or a name; such as: involuntary explain cramp"),
        (
            "HP:0009999",
            KnowledgeError,
            "HP:0009999: is no code of HPO 2001-02-03; the nearest is HP:0003593 'Infantile onset'",
        ),
    ],
)
def test_what_means_nothing_is_refused_with_the_nearest(knowledge, query, error, message):
    with pytest.raises(error) as raised:
        explain(query, knowledge)
    assert str(raised.value) == message


def test_the_text_speaks_to_a_person_first_and_marks_what_was_not_checked(knowledge):
    text = entry_text(explain("twitch", knowledge), knowledge)
    assert text.startswith("Twitch (twitch)\n===============\nAlso: flicker\n\nFOR YOU\n\nIn plain words\n")
    assert text.index("FOR YOU") < text.index("FOR A CLINICIAN") < text.index("SOURCES")
    assert "\n- a [1, p. 1]\n" in text  # checked
    assert "\n- Muscle cramps (HP:0003394): 1/2 [1]*\n" in text  # not checked
    assert "\n[1] T. O. 2000. doi:10.1000/x. PMID 1. ISBN 978-0-306-40615-7. Among: 2 adults." in text
    assert "- Warning (urgent): w a [1]*" in text
    assert max(map(len, text.splitlines())) <= 88
    assert "hpo 2001-02-03" in text


@pytest.mark.parametrize("query", ["disease", "loop-diuretic", "calcium", "warning"])
def test_every_sort_of_entry_has_its_text(knowledge, query):
    text = entry_text(explain(query, knowledge), knowledge)
    told = {
        "disease": ["prevalence 1 in 100, all", "begins between 1 and 9 years, typically at 5", "50% are women",
                    "Twitch: frequent", "Calcium low", "Loop diuretic: weak (judged)", "provokes: cold",
                    "test: w (2000-8): s", "Other: x", "Mondo 0004976", "None of its own: harmless",
                    "Judgement of the developers"],
        "loop-diuretic": ["Twitch (furosemide). m. w.", "furosemide, ATC C03CA01"],
        "calcium": ["low: Muscle spasm (HP:0003394), Twitch", "2.2 to 2.6 mmol/L", "1 mg/dL = 0.2495 mmol/L"],
        "warning": ["a (urgent)", "our choice", "Calcium below 1.9 mmol/L or Loop diuretic", "guards against: Disease"],
    }[query]  # fmt: skip
    assert [line for line in told if line not in text] == []


def test_where_no_source_tells_what_to_do_general_advice_stands_without_one(knowledge):
    entry = knowledge.substances["loop-diuretic"]
    assert "prescriber" not in entry_text(explain("loop-diuretic", knowledge), knowledge)
    untold = msgspec.structs.replace(entry, links=(msgspec.structs.replace(entry.links[0], what_to_do=""),))
    lines = [line for section in sections(untold, knowledge) for line in section.lines]
    assert [bool(line.claims) for line in lines if "prescriber" in line.text] == [False]
    assert [line.text for line in lines if line.text.startswith("Twitch")] == ["Twitch (furosemide). m."]


def test_how_an_onset_is_classed_rests_on_no_source(knowledge):
    course = Course(onset=("acute", "chronic"), says="It goes.", source="k")
    entry = msgspec.structs.replace(knowledge.conditions["disease"], course=course)
    told = {line.text: line.claims for section in sections(entry, knowledge) for line in section.lines}
    assert told["It goes."] == (course,)
    assert told["Classed here as of acute or chronic onset"] == ()
