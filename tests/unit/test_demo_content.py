"""What the demo says: invented councils, acts and papers, and the files made of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import docx
import odfdo
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo.content.act import DemoAct
from api.demo.content.acts import TEXTS, act_text, adopted_acts
from api.demo.content.blocks import (
    Bullet,
    Frame,
    Heading,
    PageBreak,
    Signature,
    Table,
    Text,
    Unit,
    column_shares,
    figure_columns,
    read_blocks,
)
from api.demo.content.budget import detailed_plan, income_total, spending_total
from api.demo.content.councils import COUNCIL, DemoBody
from api.demo.content.law import cite
from api.demo.content.make_docx import make_docx
from api.demo.content.make_odt import make_odt
from api.demo.content.make_pdf import page_set
from api.demo.content.makers import MadeFile, make_documents
from api.demo.content.neighbours import NEIGHBOURS
from api.demo.content.piechowice import COMPLAINTS, PIECHOWICE
from api.demo.content.session import (
    SEARCH_WORD,
    committee_day,
    is_free,
    session_day,
    upcoming_session,
)
from api.demo.content.session_documents import DOCUMENTS, EXTRA, REPLACEMENT, DemoDocument
from api.demo.content.session_texts import BUDGET_CHANGES, STORY_YEAR, document_text
from api.demo.content.written import FOOTER, Written
from docstore.files.writer import write_page_sets
from docstore.rules.acts.facts import propose_facts
from docstore.rules.acts.number import parse_act_number
from docstore.rules.document_role import DocumentRole, propose_role
from docstore.rules.personal_data import find_personal_data
from docstore.rules.slug import valid_slug
from docstore.services.adoption import STATUSES
from docstore.services.grounds import GROUNDS

TODAY = date(2026, 11, 22)
BODIES = (PIECHOWICE, *NEIGHBOURS)
ACTS = adopted_acts(TODAY)
OWN_ACTS = [act for act in ACTS if act.body is PIECHOWICE]
SESSION = upcoming_session(TODAY)
DAYS = st.dates(date(2026, 1, 1), date(2040, 12, 31))


def by_number(act: DemoAct) -> str:
    return f"{act.body.slug} {act.number}"


def plain(text: str) -> str:
    """Return one line of single spaces: files break lines and keep spaces in their own ways."""
    return " ".join(text.split())


class TestCouncils:
    def test_piechowice_has_its_fifteen_councillors_with_one_chair_and_two_deputies(self) -> None:
        seats = Counter(p.seats[COUNCIL] for p in PIECHOWICE.people if COUNCIL in p.seats)
        assert seats == {"chair": 1, "vice_chair": 2, "member": 12}

    def test_piechowice_has_an_office_an_administrator_and_six_guests(self) -> None:
        roles = Counter(person.role for person in PIECHOWICE.people)
        assert (roles["office"], roles["administrator"], roles["guest"]) == (1, 1, 6)

    @pytest.mark.parametrize("body", NEIGHBOURS, ids=lambda body: body.slug)
    def test_a_small_council_lists_five_to_eight_members_and_one_chair(
        self, body: DemoBody
    ) -> None:
        seats = [p.seats[COUNCIL] for p in body.people if COUNCIL in p.seats]
        assert 5 <= len(seats) <= 8
        assert seats.count("chair") == 1

    def test_no_person_and_no_address_comes_twice(self) -> None:
        everyone = [person for body in BODIES for person in body.people]
        assert max(Counter(person.name for person in everyone).values()) == 1
        assert max(Counter(person.email for person in everyone).values()) == 1

    def test_addresses_are_plain_and_in_a_domain_reserved_for_examples(self) -> None:
        for body in BODIES:
            for address in (body.email, *(person.email for person in body.people)):
                assert re.fullmatch(rf"[a-z.]+@{body.slug}\.example", address)

    def test_seats_are_in_organisations_that_exist(self) -> None:
        for body in BODIES:
            keys = [each.key for each in body.organizations]
            assert len(keys) == len(set(keys))
            assert {key for person in body.people for key in person.seats} <= set(keys)
            assert [each.kind for each in body.organizations].count("council") == 1

    def test_the_chair_of_the_last_term_is_the_chair_who_is_seated(self) -> None:
        for body in BODIES:
            assert [p.name for p in body.people if p.role == "chair"] == [body.terms[-1].chair]

    def test_terms_follow_each_other(self) -> None:
        for body in BODIES:
            for before, after in pairwise(body.terms):
                assert before.ends_on == after.starts_on - timedelta(days=1)
                assert after.number == before.number + 1

    def test_slugs_and_codes_are_those_an_address_and_the_register_take(self) -> None:
        assert [body.teryt for body in BODIES] == ["0206031", "0212023", "0212043", "0212053"]
        assert all(valid_slug(body.slug) for body in BODIES)
        assert len({body.colour for body in BODIES}) == len(BODIES)


class TestActs:
    def test_piechowice_has_sixty_from_2018_to_2026(self) -> None:
        assert len(OWN_ACTS) == 60
        assert {act.adopted_on.year for act in OWN_ACTS} == set(range(2018, 2027))

    def test_each_small_council_has_four_to_six(self) -> None:
        counts = Counter(act.body.slug for act in ACTS if act.body is not PIECHOWICE)
        assert set(counts) == {body.slug for body in NEIGHBOURS}
        assert all(4 <= count <= 6 for count in counts.values())

    def test_a_number_is_unique_in_its_body_and_term(self) -> None:
        keys = [(a.body.slug, a.body.term(a.adopted_on).number, a.number) for a in ACTS]
        assert len(keys) == len(set(keys))

    def test_sessions_and_numbers_grow_with_the_days_of_a_term(self) -> None:
        terms: dict[tuple[str, int], list[DemoAct]] = {}
        for act in ACTS:
            terms.setdefault((act.body.slug, act.body.term(act.adopted_on).number), []).append(act)
        for acts in terms.values():
            for before, after in pairwise(acts):
                assert before.adopted_on <= after.adopted_on
                assert before.running < after.running
                same_day = before.adopted_on == after.adopted_on
                assert (before.session == after.session) is same_day
                assert before.session <= after.session

    def test_no_council_sat_on_a_weekend_or_a_holiday(self) -> None:
        assert [act.number for act in ACTS if is_free(act.adopted_on)] == []

    def test_every_act_falls_into_a_term(self) -> None:
        for act in ACTS:
            term = act.body.term(act.adopted_on)
            assert term.ends_on is None or act.adopted_on <= term.ends_on

    @given(today=DAYS)
    def test_nothing_is_adopted_in_the_future(self, today: date) -> None:
        assert all(act.adopted_on < today for act in adopted_acts(today))

    def test_votes_add_up_to_the_council_and_carry(self) -> None:
        for act in ACTS:
            v = act.votes
            assert v.in_favour + v.against + v.abstained + v.no_voice + v.absent == act.body.seats
            assert min(v.in_favour, v.against, v.abstained, v.no_voice, v.absent) >= 0
            assert v.in_favour > v.against

    def test_a_status_other_than_unknown_has_its_basis_and_unknown_has_none(self) -> None:
        for act in ACTS:
            assert act.status in STATUSES
            assert bool(act.status_basis) is (act.status != "unknown")
        assert Counter(act.status for act in OWN_ACTS).most_common(1)[0][0] == "unknown"
        assert {act.status for act in OWN_ACTS} == set(STATUSES)

    def test_what_is_repealed_or_changed_names_a_later_act_that_exists_and_says_so(self) -> None:
        numbers = {act.number: act for act in OWN_ACTS}
        for act in OWN_ACTS:
            if act.status not in {"repealed", "in_force_amended"}:
                continue
            later = [numbers[n] for n in numbers if f"nr {n} " in f"{act.status_basis} "]
            assert len(later) == 1, act.number
            assert later[0].adopted_on > act.adopted_on
            if act.status == "repealed":
                assert f"Traci moc uchwała nr {act.number} " in act_text(later[0])

    @pytest.mark.parametrize("act", ACTS, ids=by_number)
    def test_its_own_text_tells_its_number_day_and_title(self, act: DemoAct) -> None:
        heading = re.sub(r"^(# |@center )", "", act_text(act), flags=re.MULTILINE)
        facts = propose_facts([heading], act.file_name)
        assert facts.number is not None
        assert facts.number.source == "text"
        assert facts.number.value == parse_act_number(act.number)
        assert facts.adopted_on is not None
        assert facts.adopted_on.value == act.adopted_on
        assert facts.title is not None
        assert facts.title.value == act.title

    @pytest.mark.parametrize("act", ACTS, ids=by_number)
    def test_it_is_at_least_half_a_page_with_a_legal_basis(self, act: DemoAct) -> None:
        text = act_text(act)
        assert len(text) > 900
        assert "Na podstawie art." in text
        assert "§ 1." in text

    def test_texts_differ_and_thirty_templates_are_used(self) -> None:
        assert len({act_text(act) for act in ACTS}) == len(ACTS)
        assert len({act.template for act in OWN_ACTS}) >= 30

    def test_the_topics_people_look_for_are_there(self) -> None:
        titles = " ".join(act.title for act in OWN_ACTS)
        for word in ("psów", "budżet", "podatku od nieruchomości", "planu zagospodarowania"):
            assert word in titles
        for word in ("petycji", "stypendiów", "odpadami", "Statutu", "statutu Osiedlu"):
            assert word in titles


class TestSession:
    def test_the_agenda_has_fourteen_points_and_twelve_drafts_under_them(self) -> None:
        assert Counter(item.depth for item in SESSION.agenda) == {0: 14, 1: 12}
        assert SESSION.agenda[0].depth == 0

    def test_it_has_twenty_five_documents_in_three_formats(self) -> None:
        assert Counter(d.form for d in SESSION.documents) == {"docx": 12, "odt": 5, "pdf": 8}

    def test_refs_lead_from_document_to_paper_to_item(self) -> None:
        items = [item.ref for item in SESSION.agenda]
        papers = {paper.ref: paper for paper in SESSION.papers}
        assert len(items) == len(set(items))
        assert len(papers) == len(SESSION.papers)
        assert {paper.item for paper in SESSION.papers} <= set(items)
        assert {document.paper for document in SESSION.documents} == set(papers)

    def test_drafts_have_their_own_druk_in_order(self) -> None:
        druki = [int(paper.druk) for paper in SESSION.papers if paper.druk]
        assert druki == list(range(301, 313))

    def test_one_document_is_for_a_committee_with_a_ground_and_a_reason(self) -> None:
        (narrowed,) = [d for d in SESSION.documents if d.audience != "members_and_guests"]
        assert narrowed.audience_keys == (COMPLAINTS,)
        assert narrowed.audience_ground in GROUNDS
        assert narrowed.audience_reason
        assert not narrowed.is_public

    def test_opinions_are_not_public_and_drafts_are(self) -> None:
        for document in SESSION.documents:
            if document.role == "opinion":
                assert not document.is_public
            if document.is_draft:
                assert document.is_public

    def test_the_replacement_is_the_same_document_with_other_rates(self) -> None:
        (replaced,) = [d for d in DOCUMENTS if d.ref == REPLACEMENT.ref]
        before, after = document_text(replaced, TODAY), document_text(REPLACEMENT, TODAY)
        assert "| 33,20 |" in before
        assert "| 32,40 |" in after
        assert "| 33,20 |" not in after
        assert REPLACEMENT.note

    def test_the_search_word_is_found_by_three_people_in_three_counts(self) -> None:
        stem = SEARCH_WORD.removesuffix("e")
        found = [d for d in DOCUMENTS if stem in document_text(d, TODAY).casefold()]
        acts = sum(stem in act_text(act).casefold() for act in OWN_ACTS)
        public = acts + sum(d.is_public for d in found)
        common = acts + sum(d.audience == "members_and_guests" for d in found)
        assert 0 < acts < public < common < acts + len(found)

    def test_only_the_extra_file_speaks_of_a_railcar(self) -> None:
        assert "szynobus" in document_text(EXTRA, TODAY)
        others = [document_text(d, TODAY) for d in DOCUMENTS] + [act_text(act) for act in ACTS]
        assert not any("szynobus" in text for text in others)

    def test_the_named_votes_of_the_minutes_are_those_of_the_act(self) -> None:
        (act,) = [act for act in OWN_ACTS if act.number == "LII/326/2026"]
        minutes = next(d for d in DOCUMENTS if d.role == "minutes")
        rows = re.findall(r"^\| \d+ \|.*\| (.+?) \|$", document_text(minutes, TODAY), re.MULTILINE)
        assert Counter(rows) == {
            "za": act.votes.in_favour,
            "wstrzymuję się": act.votes.abstained,
            "nieobecny": act.votes.absent,
        }

    @given(today=DAYS)
    def test_it_is_on_a_working_thursday_with_time_for_notice(self, today: date) -> None:
        day = session_day(today)
        assert day.weekday() == 3
        assert not is_free(day)
        assert 8 <= (day - today).days <= 28

    @given(today=DAYS)
    def test_committees_met_on_a_wednesday_of_the_week_before(self, today: date) -> None:
        day = committee_day(today)
        assert day.weekday() == 2
        assert 1 <= (today - day).days <= 7

    def test_corpus_christi_is_no_day_for_a_session(self) -> None:
        assert is_free(date(2026, 6, 4))
        assert session_day(date(2026, 5, 27)) == date(2026, 6, 11)


class TestTexts:
    def every(self) -> Iterator[str]:
        yield from (document_text(d, TODAY) for d in (*DOCUMENTS, REPLACEMENT, EXTRA))
        yield from (act_text(act) for act in ACTS)

    def test_no_place_is_left_unfilled(self) -> None:
        assert not [text for text in self.every() if "{" in text or "}" in text]

    def test_every_kept_text_is_used(self) -> None:
        kept = {path.stem for path in (TEXTS / "acts").glob("*.txt")}
        assert kept == {act.template for act in ACTS}
        kept = {path.stem for path in (TEXTS / "session").glob("*.txt")}
        assert kept == {document.text for document in (*DOCUMENTS, EXTRA)}

    def test_there_are_no_personal_numbers_and_no_telephones(self) -> None:
        found = find_personal_data(list(self.every()), own_phones=frozenset())
        assert found == ()

    def test_all_polish_letters_are_used_and_nothing_is_decomposed(self) -> None:
        whole = "".join(self.every())
        assert set("ąćęłńóśźżĆŁŚŹŻ") <= set(whole)
        assert not re.search("[\u0300-\u036f\ufffd]", whole)

    def test_the_change_of_the_budget_adds_up_everywhere(self) -> None:
        lines = list(detailed_plan(STORY_YEAR, BUDGET_CHANGES))
        assert sum(line.before for line in lines) == spending_total(STORY_YEAR)
        assert sum(line.after - line.before for line in lines) == sum(BUDGET_CHANGES.values())
        assert all(line.before > 0 and line.after > 0 for line in lines)

    @given(year=st.integers(2018, 2040))
    def test_budgets_grow_and_stay_near_balance(self, year: int) -> None:
        assert spending_total(year) > spending_total(year - 1) or year == 2018
        assert abs(income_total(year) - spending_total(year)) < 0.05 * spending_total(year)

    @given(day=st.dates(date(2018, 6, 1), date(2030, 1, 1)))
    def test_a_statute_is_cited_by_a_text_already_published(self, day: date) -> None:
        for key in ("usg", "finances", "taxes", "waste"):
            year = re.search(r"Dz\. U\. z (\d{4}) r\.", cite(key, day))
            assert year is not None
            assert int(year[1]) <= day.year


class TestMarkup:
    def test_each_line_is_the_block_its_mark_says(self) -> None:
        text = "# Tytuł\n§ 1. Paragraf\n2. Ustęp\n3) Punkt\na) Litera\n- Kreska\nZdanie"
        assert list(read_blocks(text, Frame())) == [
            Heading("Tytuł", 1),
            Unit("§ 1.", "Paragraf", 0),
            Unit("2.", "Ustęp", 1),
            Unit("3)", "Punkt", 2),
            Unit("a)", "Litera", 3),
            Bullet("Kreska"),
            Text("Zdanie"),
        ]

    def test_rows_become_one_table_and_empty_cells_stay(self) -> None:
        (table,) = read_blocks("| A | B |\n| | 1,00 |", Frame())
        assert table == Table((("A", "B"), ("", "1,00")))
        assert figure_columns(table) == (1,)
        assert all(share > 0 for share in column_shares(table))

    def test_an_annex_opens_a_page_and_names_its_act(self) -> None:
        blocks = list(read_blocks("@annex Załącznik", Frame(reference=("do uchwały nr 1",))))
        assert blocks == [PageBreak(), Text("Załącznik", "right"), Text("do uchwały nr 1", "right")]

    def test_a_signature_is_the_frames_unless_the_line_says_whose(self) -> None:
        frame = Frame(signature=("Przewodnicząca", "Anna"))
        assert list(read_blocks("@signature\n@signature Skarbnik", frame)) == [
            Signature(("Przewodnicząca", "Anna")),
            Signature(("Skarbnik",)),
        ]

    def test_an_unknown_place_is_refused(self) -> None:
        with pytest.raises(ValueError, match="@nowhere"):
            list(read_blocks("@nowhere", Frame()))


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def docx_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    footer = document.sections[0].footer.paragraphs
    return "\n".join([p.text for p in (*document.paragraphs, *footer)] + cells)


def odt_text(path: Path) -> str:
    document = odfdo.Document(str(path))
    page = document.get_style("master-page", "Standard")
    assert isinstance(page, odfdo.StyleMasterPage)
    footer = page.get_page_footer()
    assert footer is not None
    return document.get_formatted_text() + str(footer.inner_text)


READERS: Mapping[str, Callable[[Path], str]] = {
    ".pdf": pdf_text,
    ".docx": docx_text,
    ".odt": odt_text,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[MadeFile]:
    return make_documents(tmp_path_factory.mktemp("demo"), TODAY)


def sentence_of(file: MadeFile) -> str:
    """Return words that the file must hold: its title, or the heading of its text."""
    if file.act is not None:
        return file.act.title
    every: tuple[DemoDocument, ...] = (*DOCUMENTS, EXTRA)
    document = next(d for d in every if d.ref == file.document)
    heading = re.search(r"^# (.+)$", document_text(document, TODAY), re.MULTILINE)
    assert heading is not None
    return heading[1]


class TestFiles:
    def test_there_is_one_for_every_document_and_act(self, made: list[MadeFile]) -> None:
        counts = Counter(file.purpose for file in made)
        assert counts == {"session": 25, "replacement": 1, "extra": 1, "act": len(ACTS)}
        assert len({file.path for file in made}) == len(made)
        assert all(file.path.stat().st_size > 2000 for file in made)

    def test_each_opens_and_holds_its_words_in_polish_and_says_it_is_invented(
        self, made: list[MadeFile]
    ) -> None:
        for file in made:
            text = plain(READERS[file.path.suffix](file.path))
            assert plain(sentence_of(file)) in text, file.path.name
            assert FOOTER in text, file.path.name
            assert len(set("ąćęłńóśźż") & set(text)) >= 5, file.path.name

    def test_documents_are_one_to_twenty_five_pages_and_one_is_long(
        self, made: list[MadeFile]
    ) -> None:
        pages = {}
        for file in made:
            if file.path.suffix == ".pdf":
                with pypdfium2.PdfDocument(file.path) as document:
                    pages[file.path.name] = len(document)
        assert max(pages.values()) == pages["druk 301 załącznik plan wydatków po zmianach.pdf"]
        assert 18 <= max(pages.values()) <= 25
        assert sorted(pages.values())[-2] <= 10

    def test_names_are_such_that_the_office_is_proposed_the_right_role(
        self, made: list[MadeFile]
    ) -> None:
        for file in made:
            proposed = propose_role(file.path.name)
            role = getattr(proposed, "role", proposed)
            assert role in {file.role, DocumentRole.OTHER}, file.path.name
            assert file.role in set(DocumentRole)

    def test_names_fit_every_file_system(self, made: list[MadeFile]) -> None:
        for file in made:
            assert len(file.path.name) < 100
            assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', file.path.name)

    def test_word_files_have_real_headings_styles_and_tables(self, made: list[MadeFile]) -> None:
        (path,) = [f.path for f in made if f.document == "304-projekt"]
        document = docx.Document(str(path))
        styles = {p.style.name for p in document.paragraphs if p.style is not None}
        assert {"Heading 1", "Heading 2", "Paragraf", "Ustęp", "Punkt"} <= styles
        assert len(document.tables) == 2

    def test_the_same_paper_is_the_same_bytes(self, tmp_path: Path) -> None:
        blocks = (Heading("Tytuł", 1), Text("Zażółć"), Table((("A",), ("1,00",))))
        written = Written(title="Tytuł", author="Rada", day=TODAY, blocks=blocks)
        assert make_docx(written) == make_docx(written)
        assert make_odt(written) == make_odt(written)
        paths = (tmp_path / "a.pdf", tmp_path / "b.pdf")
        write_page_sets([page_set(written, path) for path in paths])
        assert paths[0].read_bytes() == paths[1].read_bytes()
