import re

import msgspec
import pytest

from involuntary.knowledge.pages import page, pages
from knowledge.world import world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield world(tmp_path_factory.mktemp("world"))


def test_every_entry_has_its_page_and_every_index_lists_them(knowledge):
    made = pages(knowledge)
    assert sorted(made) == [
        "conditions/disease.md", "conditions/index.md", "conditions/other.md", "index.md", "labs/calcium.md",
        "labs/index.md", "phenomena/index.md", "phenomena/twitch.md", "red_flags/index.md", "red_flags/warning.md",
        "substances/index.md", "substances/loop-diuretic.md",
    ]  # fmt: skip
    assert made["conditions/index.md"].splitlines()[-3:] == ["disease", "other", "```"]


def test_a_page_cites_every_claim_and_every_footnote_is_there(knowledge):
    text = page(knowledge.phenomena["twitch"], knowledge)
    assert text.startswith(
        "# Twitch\n\nAlso: flicker\n\n## For you\n\n### In plain words\n\n- a (p. 1)[^k]\n- a[^k]†\n"
    )
    for made in pages(knowledge).values():
        cited = set(re.findall(r"\[\^([^\]]+)\](?!:)", made))
        assert cited == set(re.findall(r"^\[\^([^\]]+)\]:", made, re.M))


def test_what_markdown_would_read_as_its_own_is_escaped(knowledge):
    entry = msgspec.structs.replace(knowledge.substances["loop-diuretic"], name="a*b_[c]<d>")
    assert page(entry, knowledge).startswith("# a\\*b\\_\\[c\\]\\<d\\>\n")
