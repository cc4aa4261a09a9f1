import pytest

from involuntary.knowledge.words import words_of


def stems(text):
    return [word.stem for word in words_of(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anaemia and oedema", "anemia and edema"),
        ("hypokalaemia", "hypokalemia"),
        ("my legs shake", "lower limb tremor"),
        ("I can no longer swallow", "I am unable to swallow"),
        ("difficulty walking", "trouble walking"),
        ("hard to swallow", "trouble swallowing"),
        ("he fell", "he falls"),
        ("lost weight", "loss of weight"),
        ("it moves on its own", "it moves by itself"),
        ("don’t", "don't"),
        ("he had a short fit", "he had a seizure"),
        ("she can hardly walk", "she has trouble walking"),
    ],
)
def test_what_means_the_same_is_read_alike(one, other):
    assert stems(one) == stems(other)


def test_words_know_where_they_stand():
    text = "My calves twitch."
    words = words_of(text)
    assert [(w.stem, text[w.start : w.stop]) for w in words] == [("calf", "calves"), ("twitch", "twitch"), (".", ".")]


def test_a_decimal_point_ends_no_clause():
    assert stems("potassium 2.9 mmol") == ["potassium", "2.9", "mmol"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("cannot lift his arms, climb stairs or sit up", "cannot lift arm , cannot climb stair or cannot sit up"),
        ("cannot walk, falls and sleeps", "cannot walk , fall and sleep"),
        ("cannot walk, and he sings", "cannot walk , and he sing"),
        ("cannot walk but sing, talk", "cannot walk but sing , talk"),
        ("trouble walking, talking and food", "troubl walk , troubl talk and food"),
    ],
)
def test_a_list_says_once_what_holds_for_all_of_it(text, read):
    assert stems(text) == read.split()
