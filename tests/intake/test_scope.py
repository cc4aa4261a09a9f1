import pytest

from involuntary.intake.scope import Scopes

CASES = [
    ("No fever, vomiting or #rash#.", "absent"),
    ("No fever but #rash#.", "present"),
    ("No fever. #Rash#.", "present"),
    ("no fever and has a #rash#", "present"),
    ("#Rash#: none", "absent"),
    ("#Rash# on the neck, none elsewhere", "present"),
    ("not only #rash#", "present"),
    ("the #rash# has gone", "absent"),
    ("Could it be a #rash#?", "unsure"),
    ("Has he fever? #Rash# he has.", "present"),
    ("She had a #rash#, but it disappeared.", "absent"),
    ("She had a #rash#, but it began before.", "present"),
    ("He was checked for a #rash# and he doesn't have it.", "absent"),
    ("#Fever#, cough and skin rash were absent.", "absent"),
    ("A #rash# could not be found.", "absent"),
    ("The #rash# is no longer present.", "absent"),
    ("The #rash# stopped her from sleeping.", "present"),
    ("The patient's sister has a #rash#.", "family"),
    ("My mother has a #rash#.", "family"),
    ("My mother says that I have a #rash#.", "present"),
    ("My 3-year-old son has a #rash#.", "present"),
    ("My son has a #rash#, I have none.", "family"),
    ("a #rash# in two of her aunts", "family"),
    ("not known whether there is no #rash#", "unsure"),
    ("#Fever# rather than rash", "present"),
    ("Fever rather than a #rash#", "absent"),
    ("Neg. for fever and #rash#", "absent"),
    ("cannot recall ever having had a #rash#", "absent"),
    ("cannot walk for long without #pain#", "present"),
    ("No improvement in the #rash#", "present"),
    ("did not respond to steroids; the #rash# has not resolved", "present"),
    ("cough (no fever), #rash#", "present"),
    ("cough without fever, #rash# without pain", "present"),
    ("no fever, #rash# or pain", "absent"),
    ("(-) fever, (-) #rash#", "absent"),
    ("fever (-), #rash# (+)", "present"),
    ("a non-#itching# rash", "absent"),
    ("#fever#-free for a week", "absent"),
    ("NEGATIVES: fever, #rash#.", "absent"),
    ("Any #rash#? No. Any fever? Yes.", "absent"),
    ("Any rash? No. Any #fever#? Yes.", "present"),
    ("If #fever# occurs, come back", "unsure"),
    ("This drug may cause a #rash#", "unsure"),
    ("A #rash# was suspected at first but not confirmed.", "absent"),
    ("#Fever#, cough and rash were negative.", "absent"),
    ("A #rash# had been there for two days but had gone on admission.", "absent"),
    ("According to his wife he has a #rash#", "present"),
    ("His mother-in-law says he has a #rash#", "present"),
    ("a man with a #rash#: not present", "absent"),
    ("A #rash# cannot be ruled out", "unsure"),
    ("Fever? #Rash#?", "unsure"),
    ("#Rash# runs in the family.", "family"),
    ("A brother of the patient has a #rash#.", "family"),
    ("After her brother's tablets a woman has a #rash#.", "present"),
    ("She feared a #rash#, which she never had.", "unsure"),
    ("There was a #rash#, which she never had before.", "present"),
    ("I asked about a #rash#; he had not.", "absent"),
    ("pain +, #rash# -, fever +", "absent"),
    ("no fever, + #rash#", "present"),
    ("?#stroke#, no fever", "unsure"),
    ("She had a #rash# daily, now she has none.", "absent"),
    ("Asked about a #rash#, he said he had none.", "absent"),
    ("The #rash# is a thing of the past.", "absent"),
    ("They expected a #rash# but found none.", "absent"),
    ("#Fever#, cough or rash have not been noticed.", "absent"),
    ("#Fever# and cough were not features.", "absent"),
    ("The #rash# vanished at first and came back.", "present"),
    ("He never had a #rash# until last week.", "present"),
    ("worried that the #rash# may spread", "present"),
    ("worried that a #rash# may spread", "unsure"),
    ("Like his father he has a #rash#.", "present"),
    ("His wife who came with him says he has a #rash#.", "present"),
    ("The #rash# is absent during the day.", "present"),
    ("The #rash# does not get worse in the sun.", "present"),
    ("They looked for a #rash# and did not find one.", "absent"),
    ("Three times he had a #rash# that went away within a day.", "present"),
    ("He had a #rash# that went away within a day.", "absent"),
    ("Often he had a rash. He had a #fever# that went away.", "absent"),
    ("I had a baby who has a #rash#. I am well.", "family"),
    ("FH: mother - eczema, #rash#", "family"),
    ("His son has a rash, but there is no #rash# in the patient.", "absent"),
]

# What each cue says of the finding behind it.
AHEAD = {
    "absent": (
        "no", "instead of", "as opposed to", "devoid of", "he got rid of", "lack of", "nil", "unremarkable for",
        "no longer a", "at no time any", "an absent", "without", "w/o", "neither cough nor", "negatives: cough,",
    ),
    "unsure": (
        "in case of", "suspicion of", "asks if he has a", "ruling out", "query", "probably", "maybe",
        "it is unclear if", "doubtful", "if there is a", "differential of", "watch out for", "vs",
        "misdiagnosed as", "vaccinated against", "thinking of",
    ),
    "present": (
        "no less than a", "no absence of", "no doubt about the", "not only a", "no relief of the", "never without a",
        "no symptoms other than a", "it did not help the", "nothing helps the", "not a day goes by without a",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cue", "about"), [(cue, about) for about, cues in AHEAD.items() for cue in cues])
def test_a_cue_says_what_is_behind_it(cue, about):
    text = f"She has {cue} rash"
    assert Scopes(text).about(len(text) - 4, len(text)) == about


@pytest.mark.parametrize(("text", "about"), CASES)
def test_a_cue_reaches_to_the_end_of_its_clause(text, about):
    start, plain = text.index("#"), text.replace("#", "")
    stop = text.rindex("#") - 1
    assert Scopes(plain).about(start, stop) == about


def test_a_cue_that_belongs_to_a_phrase_denies_nothing():
    text = "does not speak and has a rash"
    start = text.index("rash")
    assert Scopes("not rash").about(4, 8) == "absent"
    assert Scopes("not rash").without({0}).about(4, 8) == "present"
    assert Scopes(text).about(start, start + 4) == "present"


def test_alone_a_cue_does_not_pass_a_comma():
    text = "no fever, normal reflexes"
    assert Scopes(text).about(10, len(text)) == "absent"
    assert Scopes(text).about(10, len(text), alone=True) == "present"
