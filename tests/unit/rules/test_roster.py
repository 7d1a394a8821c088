"""Rosters pasted from a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.email_address import normal_email
from docstore.rules.roster import Roster, RosterCode, parse_roster
from docstore.rules.roster_roles import RosterRole, read_role


def people(text: str) -> list[tuple[str, str | None, str, str]]:
    return [(row.name, row.email, row.role.value, row.function) for row in parse_roster(text).rows]


def codes(text: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    roster = parse_roster(text)
    return (
        [(problem.row, problem.code.value) for problem in roster.errors],
        [(problem.row, problem.code.value) for problem in roster.warnings],
    )


EXPECTED = [
    ("Anna Nowak", "anna@rada.pl", "chair", ""),
    ("Lis Jan", "jan@rada.pl", "member", ""),
    ("Ewa Mól", "ewa@urzad.pl", "guest", "sołtys"),
]


PASTES = {
    "tabs, no header": """
Anna  Nowak	anna@rada.pl	Przewodnicząca Rady
Lis Jan	jan@rada.pl	radny
Ewa Mól	ewa@urzad.pl	gość – sołtys""",
    "semicolons, header": """
Funkcja;Imię i nazwisko;Adres e-mail
przewodnicząca;Anna Nowak;ANNA@rada.pl
Radny;Lis Jan;jan@rada.pl
Sołtys;Ewa Mól;ewa@urzad.pl""",
    "commas, header, row numbers, quotes": """
Lp.,E-mail,Nazwisko i imię,Rola
1,anna@rada.pl,Anna Nowak,Przewodnicząca Rady Miejskiej
2,jan@rada.pl,"Lis Jan","radny, przewodniczący komisji"
3,ewa@urzad.pl,Ewa Mól,sołtys""",
    "semicolons, another order": """
anna@rada.pl;przewodnicząca;Anna Nowak

<jan@rada.pl>;radny;Lis Jan
mailto:ewa@urzad.pl;gość (sołtys);Ewa Mól""",
}


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_columns_in_any_order_with_or_without_a_header_say_the_same(text: str) -> None:
    found = people(text)
    assert [row[:3] for row in found] == [row[:3] for row in EXPECTED]
    assert [row[3].lower() for row in found] == [row[3] for row in EXPECTED]
    assert parse_roster(text).errors == ()


def test_first_and_last_name_in_two_columns_are_joined() -> None:
    assert people("Nazwisko;Imię;E-mail\nNowak;Anna;a@x.pl")[0][0] == "Anna Nowak"
    assert people("Anna\tNowak\ta@x.pl\nJan\tLis\tj@x.pl")[1][0] == "Jan Lis"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("radna", ("member", "")),
        ("Radny", ("member", "")),
        ("", ("member", "")),
        ("Przewodniczący Rady Gminy", ("chair", "")),
        ("radna – przewodnicząca rady", ("chair", "")),
        ("Wiceprzewodnicząca", ("vice_chair", "")),
        ("zastępca przewodniczącego rady", ("vice_chair", "")),
        ("Przewodniczący Komisji Budżetu", ("member", "")),
        ("burmistrz", ("guest", "burmistrz")),
        ("gość", ("guest", "")),
        ("Gość: komendant policji", ("guest", "komendant policji")),
        ("Sekretarz Miasta", ("guest", "Sekretarz Miasta")),
        ("skarbnik", ("guest", "skarbnik")),
        ("radca prawny", ("guest", "radca prawny")),
        ("pracownik biura rady", ("guest", "pracownik biura rady")),
        ("Przewodniczący Rady Sołeckiej", ("guest", "Przewodniczący Rady Sołeckiej")),
    ],
)
def test_roles_are_read_as_offices_write_them(role: str, expected: tuple[str, str]) -> None:
    assert read_role(role) == expected


def test_an_unknown_role_is_none() -> None:
    assert read_role("rdany") is None


def test_errors_are_told_by_row_with_the_text_that_caused_them() -> None:
    text = (
        "Imię i nazwisko\tE-mail\tRola\n"
        "Anna Nowak\tanna@x.pl\tradna\n"
        "\tb@x.pl\tradny\n"
        "\n"
        "Jan Lis\tjan@x\tradny\n"
        "Ewa Mól\tewa@x.pl\trdana\n"
        "Iza Bąk\tANNA@x.pl\tradna\n"
        "Anna Nowak\tanna@x.pl\tradna\n"
    )
    errors = parse_roster(text).errors
    assert [(error.row, error.code, error.text) for error in errors] == [
        (3, RosterCode.MISSING_NAME, "b@x.pl radny"),
        (5, RosterCode.INVALID_EMAIL, "jan@x"),
        (6, RosterCode.UNKNOWN_ROLE, "rdana"),
        (7, RosterCode.DUPLICATE_EMAIL, "anna@x.pl"),
        (8, RosterCode.DUPLICATE_ROW, "Anna Nowak"),
    ]
    assert people(text) == [("Anna Nowak", "anna@x.pl", "member", "")]


def test_warnings_leave_the_row_in() -> None:
    text = (
        "Anna Nowak;;radna\nJan Lis;j@x.pl;przewodniczący\nEwa Mól;e@x.pl;przewodnicząca\n"
        "Jan Lis;inny@x.pl;"
    )
    assert codes(text) == (
        [],
        [(1, "missing_email"), (3, "second_chair"), (4, "missing_role"), (4, "same_name")],
    )
    assert len(people(text)) == 4


@pytest.mark.parametrize("text", ["", " \n\t\n", "Imię i nazwisko;E-mail"])
def test_a_paste_without_people_is_told(text: str) -> None:
    assert codes(text) == ([(0, "no_rows")], [])


@given(st.text() | st.text('ab@.;,\t\n" radny', max_size=200))
def test_any_paste_is_read_without_an_error(text: str) -> None:
    roster = parse_roster(text)
    assert isinstance(roster, Roster)
    emails = [row.email for row in roster.rows if row.email]
    assert len(set(emails)) == len(emails)


def test_a_quotation_mark_left_open_loses_no_row_number() -> None:
    assert people('"Anna Nowak;a@x.pl;' + "x" * 140_000)[0][1] == "a@x.pl"


NAMES = st.text("abcdefghijklmnoprstuwyząęłśżźćńó", min_size=2, max_size=9).map(str.capitalize)


@given(
    st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=20),
    st.permutations(["name", "email", "role"]),
    st.sampled_from("\t;,"),
)
def test_every_good_row_is_taken_in_order(
    names: list[tuple[str, str]], order: list[str], delimiter: str
) -> None:
    rows = [
        {"name": f"{first} {last}", "email": f"osoba{place}@rada.pl", "role": "radny"}
        for place, (first, last) in enumerate(names)
    ]
    roster = parse_roster("\n".join(delimiter.join(row[key] for key in order) for row in rows))
    assert roster.errors == ()
    assert [(row.name, row.email) for row in roster.rows] == [
        (row["name"], row["email"]) for row in rows
    ]
    assert {row.role for row in roster.rows} == {RosterRole.MEMBER}


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Anna.Nowak+rada@Gmina.PL", "anna.nowak+rada@gmina.pl"),
        ("Anna Nowak <anna@x.pl>", "anna@x.pl"),
        ("rada@łódź.pl", "rada@łódź.pl"),
        ("a\N{ZERO WIDTH SPACE}@x.pl", "a@x.pl"),
        ("jan@x", None), ("@x.pl", None), ("a@", None), ("a@@x.pl", None), ("a b@x.pl", None),
        ("a..b@x.pl", None), ("a@x..pl", None), ("a@-x.pl", None), ("a@x.1", None),
        ("łucja@x.pl", None), ("a" * 65 + "@x.pl", None), ("a@" + "x" * 64 + ".pl", None),
        ("a@b.pl, c@d.pl", None), ("", None),
    ],
)  # fmt: skip
def test_an_address_is_taken_only_if_mail_could_reach_it(typed: str, address: str | None) -> None:
    assert normal_email(typed) == address
