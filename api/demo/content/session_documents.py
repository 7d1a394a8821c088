"""The files of the upcoming session: whose they are, what they are called, who may see them."""

from dataclasses import dataclass
from typing import Literal

from api.demo.content.act import Form
from api.demo.content.piechowice import COMPLAINTS

Role = Literal["main", "justification", "annex", "opinion", "minutes", "other"]
Audience = Literal["members_and_guests", "members", "organization", "persons"]
MAIN_TITLE = "Projekt uchwały"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDocument:
    """One file of a paper; `text` names its text in `texts/session`."""

    ref: str
    paper: str
    role: Role
    title: str
    text: str
    file_name: str
    is_public: bool = True
    is_draft: bool = False
    """Whether it opens like a draft resolution, with its druk and title."""
    audience: Audience = "members_and_guests"
    audience_keys: tuple[str, ...] = ()
    """Keys of organisations when the audience is one."""
    audience_ground: str = ""
    audience_reason: str = ""
    note: str = ""

    @property
    def form(self) -> Form:
        """Return the kind of file that the name asks for."""
        for form in ("pdf", "docx", "odt"):
            if self.file_name.endswith(form):
                return form
        raise ValueError(self.file_name)


def _draft(druk: str, text: str, topic: str, form: Form = "docx") -> DemoDocument:
    """Return the draft resolution of a druk."""
    return DemoDocument(
        ref=f"{druk}-projekt",
        paper=f"projekt-{druk}",
        role="main",
        title=MAIN_TITLE,
        text=text,
        file_name=f"druk {druk} projekt uchwały - {topic}.{form}",
        is_draft=True,
    )


def _more(
    druk: str, role: Role, text: str, title: str, file_name: str, *, is_public: bool = True
) -> DemoDocument:
    """Return a file that goes with a draft."""
    return DemoDocument(
        ref=f"{druk}-{text}",
        paper=f"projekt-{druk}",
        role=role,
        title=title,
        text=text,
        file_name=file_name,
        is_public=is_public,
    )


def _report(paper: str, text: str, title: str, file_name: str, role: Role = "main") -> DemoDocument:
    """Return a report or the minutes."""
    return DemoDocument(
        ref=paper, paper=paper, role=role, title=title, text=text, file_name=file_name
    )


def _complaint_statement() -> DemoDocument:
    """Return the one document that only a committee may read."""
    return DemoDocument(
        ref="312-complaint_statement",
        paper="projekt-312",
        role="opinion",
        title="Stanowisko Komisji Skarg, Wniosków i Petycji",
        text="complaint_statement",
        file_name="druk 312 stanowisko Komisji Skarg - dane osobowe.pdf",
        is_public=False,
        audience="organization",
        audience_keys=(COMPLAINTS,),
        audience_ground="privacy",
        audience_reason="Stanowisko zawiera imię, nazwisko i stan zdrowia skarżącego.",
    )


DOCUMENTS: tuple[DemoDocument, ...] = (
    _report("protokol", "minutes", "Protokół z LII sesji", "Protokół LII sesja 29.10.2026.pdf",
            role="minutes"),
    _report("burmistrz", "mayor_report", "Informacja Burmistrza", "Informacja Burmistrza.docx"),
    _report("oswiata", "education_report", "Informacja o stanie realizacji zadań oświatowych",
            "Informacja oświatowa 2025-2026.pdf"),
    _report("zima", "winter_report", "Informacja o zimowym utrzymaniu dróg",
            "Zimowe utrzymanie dróg.odt"),
    _draft("301", "budget", "zmiany w budżecie"),
    _more("301", "annex", "budget_annex", "Załącznik – plan wydatków po zmianach",
          "druk 301 załącznik plan wydatków po zmianach.pdf"),
    _more("301", "opinion", "budget_opinion", "Opinia Komisji Budżetu i Finansów",
          "Opinia Komisji Budżetu druki 301 302 303.pdf", is_public=False),
    _draft("302", "forecast", "zmiana WPF"),
    _draft("303", "property_tax", "podatek od nieruchomości"),
    _more("303", "justification", "property_tax_reasons", "Uzasadnienie i porównanie stawek",
          "druk 303 uzasadnienie.odt"),
    _draft("304", "plan", "MPZP Pod Wzgórzem"),
    _more("304", "annex", "plan_remarks", "Załącznik nr 2 – rozpatrzenie uwag",
          "druk 304 załącznik nr 2 rozpatrzenie uwag.pdf"),
    _draft("305", "streets", "nazwy ulic Michałowice"),
    _more("305", "opinion", "streets_opinion", "Opinia Zarządu Osiedla Michałowice",
          "Opinia Zarządu Osiedla Michałowice.odt", is_public=False),
    _draft("306", "lease", "dzierżawy"),
    _more("306", "annex", "lease_list", "Wykaz nieruchomości",
          "druk 306 załącznik wykaz nieruchomości.odt"),
    _draft("307", "dogs", "opłata od psów"),
    _draft("308", "water", "taryfy za wodę"),
    _more("308", "annex", "water_request", "Wniosek przedsiębiorstwa – zestawienie taryf",
          "druk 308 załącznik wniosek taryfowy.pdf"),
    _draft("309", "schools", "sieć szkół"),
    _draft("310", "ngo", "program współpracy"),
    _more("310", "annex", "ngo_consultation", "Sprawozdanie z konsultacji",
          "druk 310 załącznik sprawozdanie z konsultacji.pdf"),
    _draft("311", "scholarships", "regulamin stypendiów", "odt"),
    _draft("312", "complaint", "skarga na Burmistrza"),
    _complaint_statement(),
)  # fmt: skip

REPLACEMENT = DemoDocument(
    ref="303-projekt",
    paper="projekt-303",
    role="main",
    title=MAIN_TITLE,
    text="property_tax",
    file_name="druk 303 projekt uchwały - podatek od nieruchomości po autopoprawce.docx",
    is_draft=True,
    note="Autopoprawka Burmistrza: niższe stawki, zgodnie z wnioskiem Komisji Budżetu",
)
"""The second version of one draft: other rates, so that packet 2 has something to show."""

EXTRA = DemoDocument(
    ref="szynobus",
    paper="",
    role="other",
    title="Wniosek Klubu Radnych „Bliżej Gór”",
    text="railway",
    file_name="Wniosek Klubu wieczorny szynobus.docx",
)
"""A file to drop and find: nothing else in the demo holds the word `szynobus`."""
