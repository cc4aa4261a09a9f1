import pytest
from hypothesis import given
from hypothesis import strategies as st

from involuntary.knowledge.strings import closest, pack, searchable, sound, unpack

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))


@given(LINES)
def test_packing_is_undone(strings):
    assert unpack(pack(strings)) == tuple(strings)


def test_the_closest_are_found_first():
    names = ["Tremor", "Resting tremor", "Müller's muscle", "Cramp", "Muscle cramp"]
    packed = searchable(pack(names))
    assert [names[i] for i in closest("MUSCEL CRAMP", packed, 2)] == ["Muscle cramp", "Cramp"]
    assert [names[i] for i in closest("tremmor", packed)] == ["Tremor"]
    assert [names[i] for i in closest("muellers müskle", packed)] == ["Müller's muscle"]
    assert closest("zzz", packed) == [0]


@pytest.mark.parametrize(
    ("heard", "written"),
    [("korea", "chorea"), ("fasiculashun", "fasciculation"), ("siezures", "seizures"), ("spazm", "spasm")],
)
def test_what_is_written_as_it_is_heard_sounds_the_same(heard, written):
    assert sound(heard) == sound(written)


@pytest.mark.parametrize(("one", "other"), [("stitch", "stick"), ("tetany", "tetanus"), ("eight", "eighth")])
def test_other_words_sound_otherwise(one, other):
    assert sound(one) != sound(other)
