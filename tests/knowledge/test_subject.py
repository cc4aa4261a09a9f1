import pytest

from involuntary.knowledge.subject import by_subject
from knowledge.world import world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    return world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    "text",
    [
        "Twitch is a sudden movement like a Disease",
        "A flicker (TW) is the name for small movements",
        "Heading: Twitches are sudden movements",
        "Twitch refers to a movement in Disease",
        "Twitch, characterized by small movements, can be harmless",
        "When a muscle moves by itself, it's called a twitch.",
        "What causes twitches?",
        "how to stop a flicker",
        "Common causes of twitch",
    ],
)
def test_what_is_defined_named_or_asked_after_is_the_subject(knowledge, text):
    assert by_subject(text, knowledge).id == "twitch"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "my twitch is worse when I drink coffee",  # tells a story, defines nothing
        "Twitch is worse in Disease",
        "Calcium is a metal",  # neither a kind of contraction nor a condition
        "Nothing is a condition of twitch",
    ],
)
def test_a_text_that_is_about_no_entry_by_name_has_no_subject(knowledge, text):
    assert by_subject(text, knowledge) is None
