"""A council may choose any colour; its pages stay readable."""

from colorsys import rgb_to_hls
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.colours import DARK_GROUND, LIGHT_GROUND, accents, contrast, stylesheet
from docstore.errors import InvalidInput

STYLESHEET = Path(__file__).resolve().parents[2] / "api" / "static" / "teczka.css"
COLOURS = st.binary(min_size=3, max_size=3).map(lambda octets: f"#{octets.hex()}")


def _hue(colour: str) -> float:
    return rgb_to_hls(*bytes.fromhex(colour[1:]))[0]


@given(COLOURS)
def test_every_colour_becomes_readable_on_both_papers(colour: str) -> None:
    its = accents(colour)
    for paper in ("#fbfaf7", LIGHT_GROUND, "#ffffff"):
        assert contrast(its.light, paper) >= 4.5
    for paper in ("#14171a", DARK_GROUND, "#0f1214"):
        assert contrast(its.dark, paper) >= 4.5


@given(COLOURS)
def test_the_text_of_buttons_reads_on_every_accent(colour: str) -> None:
    its = accents(colour)
    assert contrast(its.light, its.light_ink) >= 4.5
    assert contrast(its.dark, its.dark_ink) >= 4.5


@given(COLOURS)
def test_a_readable_colour_is_used_as_it_is(colour: str) -> None:
    its = accents(colour)
    if contrast(colour, LIGHT_GROUND) >= 4.5:
        assert its.light == colour
    if contrast(colour, DARK_GROUND) >= 4.5:
        assert its.dark == colour


@given(COLOURS)
def test_accents_are_stable(colour: str) -> None:
    """An accent made of an accent is the same, so saving twice changes nothing."""
    its = accents(colour)
    assert accents(its.light).light == its.light
    assert accents(its.dark).dark == its.dark


@pytest.mark.parametrize("colour", ["#ffd700", "#0000ff", "#c8102e", "#2e8b57"])
def test_the_hue_of_the_emblem_stays(colour: str) -> None:
    its = accents(colour)
    for shade in (its.light, its.dark):
        assert abs(_hue(shade) - _hue(colour)) < 0.02


@pytest.mark.parametrize(
    "text",
    ["", "red", "#fff", "#12345g", "#1234567", "#123456; } body { display: none", "#123456\n"],
)
def test_what_is_not_a_colour_never_reaches_a_stylesheet(text: str) -> None:
    with pytest.raises(InvalidInput):
        stylesheet(text)


def test_black_against_white_is_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_the_stylesheet_sets_the_four_tokens_that_the_design_reads() -> None:
    """Each token that a council's stylesheet sets is one that teczka.css uses."""
    design = STYLESHEET.read_text()
    lines = [line.strip() for line in stylesheet("#1d5a9e").splitlines()]
    names = [line.split(":")[0] for line in lines if line.startswith("--")]
    assert len(names) == 4
    for name in names:
        assert f"var({name})" in design or f"{name}:" in design


def test_the_grounds_are_those_of_the_design() -> None:
    """Contrast is computed against the papers that the stylesheet really shows."""
    design = STYLESHEET.read_text()
    assert f"--raised: {LIGHT_GROUND};" in design
    assert f"--raised: {DARK_GROUND};" in design
