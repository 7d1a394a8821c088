"""Tables for Polish Excel."""

import csv
import io
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.spreadsheet import csv_for_excel


def test_excel_gets_a_byte_order_mark_semicolons_and_crlf() -> None:
    table = csv_for_excel(
        ["Imię", "Dnia", "Ile"], [["Łucja; Nowak", date(2026, 11, 26), 3], ["", None, -1]]
    )
    assert table.startswith(b"\xef\xbb\xbf")
    assert table.decode("utf-8-sig") == ('Imię;Dnia;Ile\r\n"Łucja; Nowak";26.11.2026;3\r\n;;-1\r\n')


@given(st.sampled_from("=+-@\t\r\n＝"), st.text(max_size=8), st.sampled_from(["", " ", "\xa0"]))
def test_no_cell_of_text_is_computed(first: str, rest: str, before: str) -> None:
    text = csv_for_excel(["x"], [[before + first + rest]]).decode("utf-8-sig", "replace")
    cell = next(csv.reader(io.StringIO(text.removeprefix("x\r\n"), newline=""), delimiter=";"))[0]
    assert cell.startswith("'")


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
            min_size=2,
            max_size=2,
        )
    )
)
def test_a_table_read_back_has_every_cell(rows: list[list[str]]) -> None:
    text = csv_for_excel(["a", "b"], rows).decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [[cell.removeprefix("'") for cell in row] for row in back[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
