"""Who sees a version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore import visibility
from docstore.rules.audience import Audience, AudienceKind, audience_tokens

AUDIENCES = st.builds(
    Audience, st.sampled_from(AudienceKind), st.frozensets(st.sampled_from("abcd"), max_size=3)
)
OFFICE = visibility.office("b1")


def tokens(
    audience: Audience, *, is_public: bool = False, members: bool = False, public: bool = False
) -> frozenset[str]:
    return audience_tokens(
        body_id="b1",
        audience=audience,
        is_public=is_public,
        published_to_members=members,
        published_to_public=public,
    )


@given(AUDIENCES, st.booleans())
def test_before_publication_a_version_is_the_offices_alone(
    audience: Audience, is_public: bool
) -> None:
    assert tokens(audience, is_public=is_public) == {OFFICE}


@given(AUDIENCES, st.booleans(), st.booleans(), st.booleans())
def test_taking_away_a_flag_a_publication_or_a_person_never_shows_more(
    audience: Audience, is_public: bool, members: bool, public: bool
) -> None:
    full = tokens(audience, is_public=is_public, members=members, public=public)
    assert tokens(audience, is_public=False, members=members, public=public) <= full
    assert tokens(audience, is_public=is_public, members=False, public=public) <= full
    assert tokens(audience, is_public=is_public, members=members, public=False) <= full
    for lost in audience.ids:
        fewer = Audience(audience.kind, audience.ids - {lost})
        assert tokens(fewer, is_public=is_public, members=members, public=public) <= full
    assert OFFICE in full


@given(AUDIENCES, st.booleans(), st.booleans())
def test_the_public_sees_only_what_is_flagged_and_published_to_it(
    audience: Audience, is_public: bool, public: bool
) -> None:
    found = tokens(audience, is_public=is_public, members=True, public=public)
    assert (visibility.PUBLIC in found) == (is_public and public)


@pytest.mark.parametrize(
    ("audience", "recipients"),
    [
        (Audience(), {"body:b1:member", "body:b1:guest"}),
        (Audience.of("members"), {"body:b1:member"}),
        (Audience.of("organization", ["o1", "o2"]), {"org:o1", "org:o2"}),
        (Audience.of("persons", ["p1"]), {"person:p1"}),
        (Audience.of("persons"), set()),
    ],
)
def test_a_published_packet_reaches_those_it_is_meant_for(
    audience: Audience, recipients: set[str]
) -> None:
    assert tokens(audience, members=True) == recipients | {OFFICE}


def test_only_the_common_audience_is_not_narrowed() -> None:
    assert [kind for kind in AudienceKind if not Audience(kind).is_narrowed] == [
        AudienceKind.MEMBERS_AND_GUESTS
    ]


def test_an_unknown_audience_is_refused() -> None:
    with pytest.raises(ValueError, match="everybody"):
        Audience.of("everybody")
