"""Words of a text as stems: inflections, spellings and everyday words for one thing are read alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

__all__ = ["ANEW", "LINKS", "NEGATIONS", "PASSED", "SUBJECTS", "Word", "words_of"]

_WORD = re.compile(
    r"[a-zµ]+(?:'[a-z]+)?|\d+(?:\.\d+)?|\n\s*\n|\n(?=\s*[-*•\d])|\+{3,4}|[.,;:!?()](?=\s|$)|[;:!?()–—]",
    re.IGNORECASE,
)
# Several words for one thing; the name of the group is the stem that they are read as.
_JOINED = re.compile(
    r"\b(?:"
    r"(?P<cannot>(?:can|could|ca)(?:not| not|n't|'t)(?: even)?|cant|can (?:neither|no longer)"
    r"|could (?:neither|no longer)|no longer (?:able to|can)|(?:un|not |not been )able to"
    r"|inability to|incapable of|doesn't manage to|fail(?:s|ed) to|too weak to|impossible to)"
    r"|(?P<troubl>(?:(?:has|have) )?a hard time|(?:can|could) (?:only just|hardly|barely|scarcely)"
    r"|(?:hardly|barely) able to|hard(?:er and harder|er)? to|difficult to|finds it hard to"
    r"|struggl(?:e|es|ed|ing) to|has to fight to|(?:difficult(?:y|ies)|problems?|trouble) (?:with|in))"
    r"|(?P<leg>lower (?:limbs?|extremit(?:y|ies)))|(?P<arm>upper (?:limbs?|extremit(?:y|ies)))"
    r"|(?P<not>no longer|no more(?= \w))"
    # A determiner behind a link begins something new: *weak hands, and my calves flicker*.
    r"|(?P<andthe>(?:and|or) (?:the|my|his|her|their|our|its)(?= ))"
    r"|(?P<seizur>(?:ha(?:d|s|ve|ving)) (?:an?|another|one|two|three|several|(?:his|her|my) first)"
    r" (?:(?:big|bad|short|long|generali[sz]ed|epileptic|further) )?fits?)"
    r"|(?P<itself>(?:on|by) (?:its|their|his|her) own)"
    r")\b",
    re.IGNORECASE,
)
# What is painful is then the cramp, not the part of the body that stands before it.
_CRAMP = re.compile(r" (?:\w+ )?(?:cramp|spasm|contraction|jerk|twitch|stiffness|tightening)", re.IGNORECASE)
_SHORTEST_LIST = 3  # what is said, an item and a comma or link
# Words that a list says once, and how its other items begin.
_SAID_ONCE = {
    "cannot": re.compile(r"(?!(?:or|nor|and|he|she|it|i|they|we|no|not)\b)[a-z]+(?<!s)(?<!ed)(?<!ing)"),
    "troubl": re.compile(r"[a-z]+ing"),
}
_LIST_ENDS = frozenset(".;:!?()–—") | {"i", "he", "she", "they", "we", "you", "andthe", "but", "no", "not"}
_SILENT = frozenset(
    """
    a an the of in on at to with by for from my his her their our your its this that these those is are was were be
    been being am has have had having as into some any both very also which who become becomes became becoming
    gets get got getting gotten goes go went going keeps s t ve re ll m d me him them us there so quite rather
    really such does do did doing then just begun began begin begins started starts start starting while when
    whenever during after every across around through along inside
    """.split()  # noqa: SIM905 a table
)
# Words of degree, side, time and number may stand between the words of a phrase and change nothing of it.
PASSED = frozenset(
    """
    all left right side one two three four sudden suddenli sever mild moder bad badli much littl more most slight great
    constant alway often sometim occasion now almost near about progress main again increas general marked mark own
    same whole entir bit quick slowli gradual easi easili frequent extrem repeat repeatedli diffus uncontrol
    involuntari mani few bilater symmetr asymmetr unilater intermitt persist chronic acut recurr visibl continu
    violent terribl aw intens definit clear obvious complet total partli part sort kind somewhat too far less turn
    not neither isn wasn aren weren don doesn didn hasn haven hadn seen found notic observ show reveal demonstr up over
    feel keep make made felt kept grow grown look seem appear remain stay work especi
    anymor longer even can could would also first front outer inner
    """.split()  # noqa: SIM905  a table
)
LINKS = frozenset({"and", "or", "nor"})
ANEW = "andthe"  # a link with a determiner behind it: nothing is shared over it
NEGATIONS = frozenset(
    {"not", "neither", "isn", "wasn", "aren", "weren", "don", "doesn", "didn", "hasn", "haven", "hadn"}
)
SUBJECTS = frozenset({"i", "he", "she", "it", "they", "we", "you"})
# Everyday words and irregular forms, and the stem that they are read as.
_SAME = {
    "extrem": ("limb",),
    "themselv": ("itself",),
    "himself": ("itself",),
    "herself": ("itself",),
    "myself": ("itself",),
    "yourself": ("itself",),
    "foot": ("feet",),
    "shake": ("tremor",),
    "shaki": ("tremor",),
    "shook": ("tremor",),
    "shaken": ("tremor",),
    "trembl": ("tremor",),
    "tremul": ("tremor",),
    "tummi": ("abdomen",),
    "belli": ("abdomen",),
    "stomach": ("abdomen",),
    "abdomin": ("abdomen",),
    "muscular": ("muscl",),
    "hurt": ("pain",),
    "ach": ("pain",),
    "achi": ("pain",),
    "sore": ("pain",),
    "difficulti": ("troubl",),
    "difficult": ("troubl",),
    "problem": ("troubl",),
    "struggl": ("troubl",),
    "lost": ("loss",),
    "lose": ("loss",),
    "fell": ("fall",),
    "fallen": ("fall",),
    "forgot": ("forget",),
    "forgotten": ("forget",),
    "stiffen": ("stiff",),
    "weaken": ("weak",),
    "weaker": ("weak",),
    "stiffer": ("stiff",),
    "slower": ("slow",),
    "electromyographi": ("emg",),
    "electromyogram": ("emg",),
    "electroencephalographi": ("eeg",),
    "electroencephalogram": ("eeg",),
    "swollen": ("swell",),
    "threw": ("throw",),
    "twisti": ("twist",),
    "felt": ("feel",),
    "kept": ("keep",),
    "made": ("make",),
    "elev": ("high",),
    "rais": ("high",),
    "quick": ("fast",),
    "rapid": ("fast",),
    "heartbeat": ("heart",),
    "kidney": ("renal",),
    "medic": ("medicin",),
    "reduc": ("decreas",),
    "diminish": ("decreas",),
    "bp": ("blood", "pressur"),
    "uti": ("urinari", "infect"),
    "breathless": ("dyspnea",),
    "jumpi": ("jump",),
    "calv": ("calf",),
    "held": ("hold",),
    "eyesight": ("sight",),
    "quiveri": ("quiver",),
    "jolti": ("jolt",),
    "huski": ("hoars",),
    "beer": ("alcohol",),
    "wine": ("alcohol",),
    "whiski": ("alcohol",),
    "vodka": ("alcohol",),
    "booz": ("alcohol",),
    "liquor": ("alcohol",),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem and where it stands; punctuation is its own word and ends a clause."""

    stem: str
    start: int
    stop: int


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def _stem(word: str) -> str:
    """Give a stem; British spelling is read as American: anaemia, oedema, tumour."""
    plain = word.replace("ae", "e").replace("oe", "e").replace("our", "or") if len(word) > 4 else word
    return str(_stemmer().stemWord(plain))  # type: ignore[attr-defined]


@lru_cache(maxsize=4)
def words_of(text: str) -> tuple[Word, ...]:
    """Split a text into stemmed words; words that carry no meaning are left out, punctuation is kept."""
    text = text.replace("’", "'")
    joined = {match.start(): match for match in _JOINED.finditer(text)}
    found, done = list[Word](), 0
    for match in _WORD.finditer(text):
        if match.start() < done:
            continue
        if phrase := joined.get(match.start()):
            done = phrase.end()
            found.append(Word(phrase.lastgroup or "", phrase.start(), phrase.end()))
            continue
        if again := _again(found, match):
            found.append(Word(again, found[-1].start, found[-1].start))
        found += _parts(match)
    return tuple(found)


def _again(found: list[Word], match: re.Match[str]) -> str:
    """Give the word that a list says once for all its items: *cannot climb stairs, lift my arms or get up*."""
    if len(found) < _SHORTEST_LIST or not (found[-1].stem == "," or found[-1].stem in LINKS):
        return ""
    for word in reversed(found):
        if word.stem in _SAID_ONCE:
            return word.stem if _SAID_ONCE[word.stem].fullmatch(match.group()) else ""
        if word.stem in _LIST_ENDS:
            return ""
    return ""


def _parts(match: re.Match[str]) -> list[Word]:
    token = match.group().strip().lower() or "."
    if token[0].isalpha():
        token = token.split("'")[0]
    if token[0] == "+":
        return [Word("brisk", match.start(), match.end())]
    if token in _SILENT:
        return []
    if token.startswith("painful") and _CRAMP.match(match.string, match.end()):
        return []
    if token.startswith("painful"):
        return [Word("painful", match.start(), match.end())]  # a painful spasm of the hand is no hand pain
    if not token[0].isalpha():
        return [Word(token, match.start(), match.end())]
    stem = _stem(token)
    return [Word(part, match.start(), match.end()) for part in _SAME.get(stem, (stem,))]
