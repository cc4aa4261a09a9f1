"""Inline pictures carry no address, no foreign font and no name that was not escaped."""

import re

from involuntary.reports import svg


def made(prefix="p"):
    picture = svg.figure(300, 100)
    axes = picture.add_axes((0.2, 0.3, 0.7, 0.5))
    axes.plot([0, 1, 2], [0.001, 0.002, 0.003], color=svg.COLOURS["trace"])
    axes.axvspan(0.5, 1, hatch="//", facecolor="none", edgecolor=svg.COLOURS["shade"])
    axes.text(0, 1, svg.token(0))
    return svg.drawn(picture, prefix, 'a "picture"', ["<b>$x$ & y\x00"])


def test_it_is_the_same_every_time():
    assert made() == made()


def test_names_are_escaped_and_never_drawn():
    assert "&lt;b&gt;$x$ &amp; y\ufffd" in made()
    assert 'aria-label="a &quot;picture&quot;"' in made()


def test_nothing_points_outside():
    text = made()
    assert "http" not in text
    assert "font-family" not in text
    assert "<style" not in text
    assert "metadata" not in text


def test_every_reference_has_its_own_target():
    text = made("left")
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    ids = re.findall(r' id="([^"]+)"', text)
    assert used == set(ids)
    assert len(ids) == len(set(ids))
    assert used
    assert all(name.startswith("left-") for name in used)


def test_colours_are_those_of_the_page():
    assert "var(--trace)" in made()
    assert "var(--shade)" in made()
    assert "#0000" not in made().replace("#000000", "")


def test_labels_keep_their_digits():
    assert ">0.002<" in made()
