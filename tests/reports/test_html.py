"""The page stands alone, says the warnings first, and cannot be steered by names from files."""

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import involuntary as iv
from involuntary.errors import MissingExtraError
from involuntary.model import Channel, Events, Recording, Urgency
from involuntary.reports import Subject, write_report
from involuntary.reports.html import REPORT, _environment

VOID = {"meta", "link", "br", "img", "hr", "input"}
HOSTILE = "<script>alert('x')</script>\" onload=\"y\x00\u202e" + "n" * 500


class Page(HTMLParser):
    """Reads a page and fails where tags do not balance."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.text = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text.append(data)

    @property
    def words(self):
        return re.sub(r"[ \n]+", " ", " ".join(self.text))


def page_of(*args):
    return Page(REPORT.render(Subject(*args)).decode())


@pytest.fixture(scope="module")
def whole(assessment, recording, case):
    """Everything, with two observations of one recording so that no id may come twice."""
    seen = assessment.observations[0]
    return REPORT.render(Subject(replace(assessment, observations=(seen, seen)), (recording, recording), case)).decode()


def test_the_whole_page(whole):
    words = Page(whole).words
    order = (
        "Weakness with fasciculations in more than one region", "Fasciculation and tremor",
        "The leading explanation is Benign fasciculation syndrome", "What was recorded", "What was found",
        "What could cause it", "Reasons for and against", "Missing", "What to do next", "What may be done",
        "What could not be assessed", "Sources", "no medical device", "hpo 2026-06",
    )  # fmt: skip
    places = [words.find(text) if text != "Sources" else words.rfind(text) for text in order]
    assert -1 not in places
    # The answer repeats two headings of the later sections, hence the first find of each may lie in it.
    assert places[0] < places[1] < places[2] < places[3] < places[4]
    assert places[-4] < places[-3] < places[-2] < places[-1]
    assert "20.1\u202f/min" in words
    assert "14.4 to 27.3" in words
    assert "too short: 40 s usable, 60 s needed" in words


def test_the_same_subject_gives_the_same_bytes(observation, recording):
    subject = Subject(observation, (recording,))
    assert REPORT.render(subject) == REPORT.render(subject)


@pytest.mark.parametrize("which", ["observation", "assessment", "empty"])
@pytest.mark.parametrize("with_recording", [False, True])
def test_it_works_with_and_without_recordings(request, recording, which, with_recording):
    page = page_of(request.getfixturevalue(which), (recording,) if with_recording else ())
    assert [tag for tag, _ in page.tags].count("h1") == 1


def test_an_observation_looks_for_no_warning_and_says_so(observation):
    words = page_of(observation).words
    assert "Warning signs: not assessed." in words
    assert "Myoclonus: needs an EEG channel" in words
    assert "Tremor frequency 5.2\u202fHz one narrow peak" in words


def test_nothing_found_says_why(empty, assessment):
    words = page_of(empty).words
    assert "No involuntary contraction could be assessed" in words
    assert "too short" in words
    bare = replace(
        assessment, phenomena=(), conditions=(), red_flags=(), urgency=Urgency.ROUTINE, next_steps=(), management=(),
        observations=(), unexplained=(),
    )  # fmt: skip
    words = page_of(bare).words
    assert "No warning sign was found in what was told and recorded." in words
    assert "No cause could be ranked" in words
    assert "There was no recording" in words


def test_no_single_cause_is_said(assessment):
    close = tuple(replace(c, probability=0.25) for c in assessment.conditions)
    assert "No single cause stands out." in page_of(replace(assessment, conditions=close)).words
    faint = tuple(replace(c, probability=0.004) for c in assessment.conditions)
    words = page_of(replace(assessment, conditions=faint)).words
    assert "The field is open: no cause reaches 10\u202f%." in words
    assert "Indeterminate" in words


def test_a_long_ranking_is_detailed_at_the_top_and_listed_below(assessment):
    many = tuple(replace(assessment.conditions[0], rank=i, name=f"cause {i}") for i in range(1, 31))
    page = page_of(replace(assessment, conditions=many, phenomena=()))
    assert sum(tag == "details" and dict(told).get("class") == "card" for tag, told in page.tags) == 10
    assert "30. cause 30" in page.words


def test_candidates_without_weight_are_not_in_the_answer(assessment):
    first, *others = assessment.conditions
    faint = tuple(replace(c, probability=0.001) for c in others)
    page = page_of(replace(assessment, conditions=(first, *faint)))
    assert "The leading explanation is Benign fasciculation syndrome (58\u202f%)." in page.words
    assert "far ahead of Amyotrophic lateral sclerosis" in page.words
    assert "No other with evidence of its own reaches 1 %." in page.words


def test_a_question_that_tells_nothing_is_not_asked(assessment):
    idle = tuple(replace(step, expected_information_bits=1e-5) for step in assessment.next_steps)
    words = page_of(replace(assessment, next_steps=idle)).words
    assert "Coffee, tea" not in words
    assert "No question, sign or test that is known here would change the ranking by much." in words
    answer = words[words.index("What next") : words.index("What was recorded")]
    assert "Explain that it is harmless" in answer
    assert "medicine" not in answer


def test_a_kind_that_nothing_speaks_for_is_only_named(assessment):
    silent = replace(assessment.phenomena[1], name="Chorea", supports=(), probability=0.05)
    words = page_of(replace(assessment, phenomena=(assessment.phenomena[0], silent))).words
    assert "Nothing speaks for: Chorea." in words
    assert words.count("Chorea") == 1


def test_urgency_without_a_flag_is_still_shown(assessment):
    urgent = replace(assessment, red_flags=(), urgency=Urgency.EMERGENCY)
    assert "EMERGENCY Act without delay" in page_of(urgent).words


def _hostile(assessment, recording):
    summary = assessment.observations[0].recording
    channels = (replace(summary.channels[0], name=HOSTILE), *summary.channels[1:])
    events = tuple(
        Events(e.kind, tuple(HOSTILE if c == "left calf" else c for c in e.channel), e.onset_s, e.duration_s)
        for e in assessment.observations[0].events
    )
    observation = replace(
        assessment.observations[0], recording=replace(summary, channels=channels), events=events, notes=(HOSTILE,)
    )
    condition = replace(assessment.conditions[0], name=HOSTILE, missing=(HOSTILE,), codes=(("mondo", HOSTILE),))
    flag = replace(assessment.red_flags[0], why=HOSTILE, source=HOSTILE)
    renamed = (replace(recording.channels[0], name=HOSTILE), *recording.channels[1:])
    result = replace(
        assessment, observations=(observation,), conditions=(condition,), red_flags=(flag,), disclaimer=HOSTILE
    )
    return result, replace(recording, channels=renamed)


def test_hostile_names_are_text(assessment, recording):
    result, renamed = _hostile(assessment, recording)
    raw = REPORT.render(Subject(result, (renamed,))).decode()
    page = Page(raw)
    assert "script" not in {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "\x00" not in raw
    assert "\u202e" not in raw
    assert "<script>alert" in page.words


def test_nothing_is_loaded(whole):
    for tag, attributes in Page(whole).tags:
        assert tag not in {"script", "link", "iframe", "img", "object", "embed"}
        assert "src" not in attributes
        if tag != "a":
            assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"@import|url\((?!#)|@font-face", whole)
    assert "default-src 'none'" in whole


def test_ids_are_unique_and_every_link_has_its_target(whole):
    page = Page(whole)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for _, a in page.tags if a.get("href", "").startswith("#")}
    assert targets <= set(ids)


def test_sources_are_numbered_once_and_linked(assessment):
    page = page_of(assessment)
    items = [a["id"] for tag, a in page.tags if tag == "li" and a.get("id", "").startswith("s")]
    assert items == ["s1", "s2", "s3"]
    hrefs = {a.get("href") for tag, a in page.tags if tag == "a"}
    assert {"https://doi.org/10.0000/rule", "https://pubmed.ncbi.nlm.nih.gov/1"} <= {h.rstrip("/") for h in hrefs if h}


def test_keys_of_the_knowledge_base_are_resolved(assessment):
    flag = replace(assessment.red_flags[0], source="nice, expert-judgement")
    known = (("expert-judgement", "Judgement of the developers"), ("nice", "NICE. Guideline. 2016. PMID 7"))
    page = page_of(replace(assessment, red_flags=(flag,), references=known))
    assert "1 NICE" not in page.words
    assert "NICE. Guideline. 2016. PMID 7" in page.words
    assert "nice, expert" not in page.words
    assert "https://pubmed.ncbi.nlm.nih.gov/7" in {a.get("href") for tag, a in page.tags if tag == "a"}


def test_headings_do_not_skip_a_level(whole):
    levels = [int(tag[1]) for tag, _ in Page(whole).tags if re.fullmatch(r"h[1-6]", tag)]
    assert set(levels) == {1, 2, 3}


def _contrast(one, other):
    def luminance(colour):
        parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_is_legible_in_light_and_dark(empty, scheme):
    css = REPORT.render(Subject(empty)).decode()
    block = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
    for text, ground in (
        ("ink", "paper"), ("ink", "card"), ("muted", "paper"), ("muted", "card"), ("accent", "card"),
        ("alarm", "alarm-soft"), ("ink", "alarm-soft"), ("calm", "card"), ("c1", "card"), ("alarm", "card"),
    ):  # fmt: skip
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for mark in ("c1", "c2", "c3", "c4", "c5", "c6", "trace"):
        assert _contrast(colours[mark], colours["card"]) >= 3, mark


def test_ten_minutes_of_eight_channels_stay_small(ten_minutes):
    result, recording = ten_minutes
    source = recording.source.arrays[0]
    channels = tuple(replace(recording.channels[0], name=f"m{i}") for i in range(8))
    crowd = Recording.from_arrays((source,) * 8, channels)
    seen = result.observations[0]
    summaries = tuple(replace(seen.recording.channels[0], name=f"m{i}") for i in range(8))
    potentials = seen.events[0]
    names = tuple(f"m{i % 8}" for i in range(len(potentials)))
    events = Events("potential", names, potentials.onset_s, potentials.duration_s)
    seen = replace(seen, recording=replace(seen.recording, channels=summaries), events=(events,))
    page = REPORT.render(Subject(replace(result, observations=(seen,)), (crowd,)))
    assert 100e3 < len(page) < 3e6


@pytest.mark.parametrize(("module", "package"), [("jinja2", "jinja2"), ("matplotlib.figure", "matplotlib")])
def test_a_missing_extra_says_what_to_install(monkeypatch, tmp_path, observation, module, package):
    _environment.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    message = f"a web page: needs the package {package}; install it with: pip install 'involuntary[report]'"
    with pytest.raises(MissingExtraError, match=f"^{re.escape(message)}$"):
        write_report(observation, tmp_path / "report.html")


def test_channels_of_any_rate_can_be_drawn(observation):
    slow = Channel("left calf", observation.recording.channels[0].kind, "V", 0.5, 60)
    recording = Recording.from_arrays((np.zeros(60),), (slow,))
    assert page_of(observation, (recording,)).words


def test_a_test_without_limits_is_headed_by_what_it_measured():
    recording, _ = iv.simulate("spasticity", duration=60, seed=1, test="h-reflex")
    page = page_of(iv.observe(recording, phenomena=["evoked"]), (recording,))
    assert "Evoked responses: measured" in page.words
    assert re.search(r"M max [\d.]+.mV", page.words)
    assert "H/M ratio" in page.words
    assert "Nothing that could be named" not in page.words


def test_motor_units_stand_one_a_row(observation):
    one = replace(observation.measurements[0], id="motor-units.unit_0.duration@left calf", phenomenon="motor-units")
    other = replace(one, id="motor-units.unit_7.area@left calf")
    page = page_of(replace(observation, measurements=(one, other)))
    assert "Motor units, one a row" in page.words
    assert "7 left calf 40 – 20.1" in page.words


def test_what_was_found_is_not_said_again_of_what_could_not_be_assessed():
    recording, _ = iv.simulate("nerve-conduction", duration=12, seed=1, velocity_m_s=40)
    observation = iv.observe(recording, phenomena=["nerve-conduction"])
    (slow,) = (finding for finding in observation.findings if finding.state == "present")
    assert slow.rule in observation.notes
    text = page_of(observation, (recording,)).words
    after = text.split("What could not be assessed")[-1]
    assert "velocity 40 m/s" in text
    assert "velocity 40 m/s" not in after
    assert "latency 3.7" in after
