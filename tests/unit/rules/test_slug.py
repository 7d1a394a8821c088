"""Short names of councils."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.slug import LONGEST_SLUG, RESERVED_SLUGS, slugify, valid_slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Piechowice", "piechowice"),
        ("Rada Miejska w Piechowicach", "rada-miejska-w-piechowicach"),
        ("  Wleń – gmina  ", "wlen-gmina"),
        ("ŁÓDŹ", "lodz"),
        ("1. Mirsk", "mirsk"),
        ("…", ""),
    ],
)
def test_a_name_becomes_plain_words_with_hyphens(name: str, slug: str) -> None:
    assert slugify(name) == slug


@given(st.text(max_size=120))
def test_a_slug_is_empty_reserved_or_valid(name: str) -> None:
    slug = slugify(name)
    assert slug == "" or slug in RESERVED_SLUGS or valid_slug(slug)
    assert len(slug) <= LONGEST_SLUG
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    "text", ["", "api", "static", "Piechowice", "a--b", "-a", "1a", "a_b", "a" * 61, "łódź", "a\n"]
)
def test_reserved_and_malformed_names_are_refused(text: str) -> None:
    assert not valid_slug(text)
