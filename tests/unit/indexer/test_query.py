"""What people type becomes a tree; what is not understood is said and never costs an answer."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.notes import SENTENCES
from indexer.polish import shared_analyser
from indexer.query import QueryLanguage
from indexer.tree import (
    And,
    Days,
    Everything,
    Fuzzy,
    Not,
    Number,
    Or,
    Phrase,
    Prefix,
    Tree,
    Value,
    Word,
    Years,
)

LANGUAGE = QueryLanguage(
    shared_analyser(),
    {
        "kind": {"uchwała": "resolution", "sprawozdanie": "report"},
        "status": {"obowiązuje": "in_force", "obowiązuje ze zmianami": "amended"},
    },
)
A, B, C = Word("a"), Word("b"), Word("c")


def tree(text: str) -> Tree:
    """Return the tree of a query that is understood without a note."""
    parsed = LANGUAGE.parse(text)
    assert parsed.notes == ()
    return parsed.tree


def mended(text: str) -> tuple[list[str], str]:
    """Return the codes of a query's notes, and the query run instead."""
    parsed = LANGUAGE.parse(text)
    assert len({note.mended for note in parsed.notes}) == 1
    return [note.code for note in parsed.notes], parsed.notes[0].mended


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Everything()),
            ("   ", Everything()),
            ("budżet", Word("budżet")),
            ("a b", And((A, B))),
            ("a,b;c", And((A, B, C))),
            ("a ORAZ b", And((A, B))),
            ("a AND b", And((A, B))),
            ("a LUB b", Or((A, B))),
            ("a OR b LUB c", Or((A, B, C))),
            ("a b LUB c", And((A, Or((B, C))))),
            ("(a b) LUB c", Or((And((A, B)), C))),
            ("a NIE b", And((A, Not(B)))),
            ("a NOT b", And((A, Not(B)))),
            ("a -b", And((A, Not(B)))),
            ("a -(b c)", And((A, Not(And((B, C)))))),
            ('a -"b c"', And((A, Not(Phrase(("b", "c")))))),
            ('"plan miejscowy"', Phrase(("plan", "miejscowy"))),
            ("„plan miejscowy”", Phrase(("plan", "miejscowy"))),
            ('"plan miejscowy"~3', Phrase(("plan", "miejscowy"), 3)),
            ('"plan"', Word("plan")),
            ("zielono-biały", Phrase(("zielono", "biały"))),
            ("plan*", Prefix("plan")),
            ("ŚCIEŻ*", Prefix("sciez")),
            ("wrod~", Fuzzy("wrod")),
            ("wrod~2", Fuzzy("wrod", 2)),
            ("nie lub oraz", And((Word("nie"), Word("lub"), Word("oraz")))),
            ("nr I i II", And((Word("nr"), Word("I"), Word("i"), Word("II")))),
            ("art. 5 ust. 2", And((Word("art"), Word("5"), Word("ust"), Word("2")))),
            ("10:30", Phrase(("10", "30"))),
            ("Uwaga: a", And((Word("Uwaga"), A))),
        ],
    )
    def test_text_becomes_a_tree(self, text: str, expected: Tree) -> None:
        assert tree(text) == expected

    @pytest.mark.parametrize(
        "text",
        ["XLV/312/2018", "xlv.312.18", "nr XLV/312/2018", "Nr XLV / 312 / 2018", '"XLV/312/18"'],
    )
    def test_an_acts_number_is_recognised_without_a_field(self, text: str) -> None:
        assert tree(text) == Number("xlv/312/2018")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("numer:XLV/312/2018", Number("xlv/312/2018", "number")),
            ('numer:"XLV/312/2018"', Number("xlv/312/2018", "number")),
            ("nr:312", Word("312", "number")),
            ("tytuł:budżet", Word("budżet", "title")),
            ("TYTUL:budżet", Word("budżet", "title")),
            ('tytuł:"plan miejscowy"', Phrase(("plan", "miejscowy"), 0, "title")),
            ("tytuł:(a LUB be*)", Or((Word("a", "title"), Prefix("be", "title")))),
            ("tytuł:plan*", Prefix("plan", "title")),
            ("rok:2018", Years(2018, 2018)),
            ("rok: 2018", Years(2018, 2018)),
            ("rok:2018r.", Years(2018, 2018)),
            ("rok:2016-2018", Years(2016, 2018)),
            ("rok:[2016 TO 2018]", Years(2016, 2018)),
            ("rok:[2016 do 2018]", Years(2016, 2018)),
            ("rok:[2016 TO]", Years(2016, 9999)),
            ("rok:[TO 2016]", Years(1, 2016)),
            ("rok:(2018 LUB 2020)", Or((Years(2018, 2018), Years(2020, 2020)))),
            ("-rok:2018 a", And((Not(Years(2018, 2018)), A))),
            ("data:2018", Days(date(2018, 1, 1), date(2018, 12, 31))),
            ("data:2020-02", Days(date(2020, 2, 1), date(2020, 2, 29))),
            ("data:17.05.2018", Days(date(2018, 5, 17), date(2018, 5, 17))),
            ("data:5.2018", Days(date(2018, 5, 1), date(2018, 5, 31))),
            ("data:[2018-01 TO 2019]", Days(date(2018, 1, 1), date(2019, 12, 31))),
            ("data:[TO 2019-03-04]", Days(date.min, date(2019, 3, 4))),
            ("rodzaj:uchwała", Value("kind", "resolution")),
            ("rodzaj:uchwały", Value("kind", "resolution")),
            ("rodzaj:UCHWALA", Value("kind", "resolution")),
            ("rodzaj:report", Value("kind", "report")),
            ("status:obowiązuje", Value("status", "in_force")),
            ('status:"obowiązuje ze zmianami"', Value("status", "amended")),
        ],
    )
    def test_fields_take_their_own_values(self, text: str, expected: Tree) -> None:
        assert tree(text) == expected

    def test_without_labels_a_value_is_taken_as_typed(self) -> None:
        bare = QueryLanguage(shared_analyser())
        assert bare.parse("rodzaj:resolution").tree == Value("kind", "resolution")

    def test_a_wide_gap_in_a_long_phrase_is_narrowed(self) -> None:
        assert tree('"a b c d e f"~50') == Phrase(("a", "b", "c", "d", "e", "f"), 3)


class TestMending:
    @pytest.mark.parametrize(
        ("text", "codes", "run_instead"),
        [
            ('a "plan miejscowy', ["unclosed_quote"], 'a "plan miejscowy"'),
            ("(a LUB b", ["unbalanced_bracket"], "(a LUB b)"),
            ("a) b", ["unbalanced_bracket"], "a b"),
            ("a LUB", ["dangling_operator"], "a"),
            ("LUB a", ["dangling_operator"], "a"),
            ("a LUB ORAZ b", ["dangling_operator"], "a ORAZ b"),
            ("NIE NIE a b", ["dangling_operator"], "NIE a b"),
            ("nieznane:pole", ["unknown_field"], "pole"),
            ("rok: a", ["bad_year"], "a"),
            ("a rok:", ["empty_field"], "a"),
            ("rok:abc a", ["bad_year"], "abc a"),
            ("rok:[abc TO 2018] a", ["bad_year"], "abc 2018 a"),
            ("rok:[99999999999999999999 TO] a", ["bad_year"], "99999999999999999999 a"),
            ("rok:[2020 TO", ["unbalanced_bracket"], "rok:[2020 TO]"),
            ("rok:[2019 TO 2018]", ["range_reversed"], "rok:[2018 TO 2019]"),
            ("rok:(2018 LUB abc)", ["bad_year", "dangling_operator"], "rok:(2018)"),
            ("data:2018-02-30", ["bad_date"], "2018-02-30"),
            ("[2018 TO 2019]", ["range_without_field"], "2018 2019"),
            ("rodzaj:kot", ["unknown_kind"], "kot"),
            ('status:"nie wiadomo"', ["unknown_status"], '"nie wiadomo"'),
            ("*budżet", ["star_place"], "budżet"),
            ("m* a", ["too_short"], "m a"),
            ("-uchylona", ["only_excluded"], "-uchylona"),
        ],
    )
    def test_what_is_not_understood_is_said_with_the_query_run_instead(
        self, text: str, codes: list[str], run_instead: str
    ) -> None:
        assert mended(text) == (codes, run_instead)

    @pytest.mark.parametrize("text", ["*", '""', "()", "🙂", "-", "§ –", "\x00", "rok:", "LUB"])
    def test_a_query_without_words_lists_everything_and_says_so(self, text: str) -> None:
        parsed = LANGUAGE.parse(text)
        assert parsed.tree == Everything()
        assert [note.code for note in parsed.notes] == ["no_words"]

    def test_an_exclusion_alone_shows_everything_else(self) -> None:
        assert LANGUAGE.parse("-a NIE b").tree == And((Everything(), Not(A), Not(B)))

    def test_brackets_have_a_depth_that_is_enough(self) -> None:
        parsed = LANGUAGE.parse("(" * 200 + "a" + ")" * 200)
        assert parsed.tree == A
        assert "too_deep" in [note.code for note in parsed.notes]

    @pytest.mark.parametrize(
        "piece", ["x", "(", '"', "[a", "a:", "NIE ", "a LUB ", "- ", "a* ", "rok:("]
    )
    def test_ten_thousand_characters_of_anything_are_cut(self, piece: str) -> None:
        parsed = LANGUAGE.parse(piece * 10_000)
        assert {note.code for note in parsed.notes} & {"too_long", "no_words"}
        assert "not_understood" not in {note.code for note in parsed.notes}


anything = st.text(max_size=120) | st.text('()[]"*~-:,. abrokLUBNIETO12/\u0142\n', max_size=80)
SNIPPETS = (
    'a|b*|c~|"a b"|"|(|)|[2018 TO 2019]|[|rok:|2018|data:|LUB|ORAZ|NIE|-|tytuł:|nr|XLV/1/2018|x:y'
    "|rodzaj:|uchwała|*"
)
pieces = st.lists(st.sampled_from(re.split(r"\|", SNIPPETS)), max_size=14).map(" ".join)


@example("NIE")
@example("a~99999999999")
@example('"a b"~99999999999')
@example("rok:[٢٠١٨ TO]")
@given(anything | pieces)
def test_any_text_is_parsed_and_every_note_has_a_sentence(text: str) -> None:
    parsed = LANGUAGE.parse(text)
    for note in parsed.notes:
        assert note.code in SENTENCES
        assert note.code != "not_understood"


@given(anything | pieces)
def test_the_mended_query_means_what_was_run_and_needs_no_mending(text: str) -> None:
    parsed = LANGUAGE.parse(text)
    for note in parsed.notes:
        if note.mended:
            again = LANGUAGE.parse(note.mended)
            assert again.tree == parsed.tree
            assert {each.code for each in again.notes} <= {"only_excluded"}
