"""What the page of one act shows."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from api.pages.differences import differences
from api.pages.hits import role_of
from api.pages.public.linked_data import legislation
from api.pages.public.pages import Wording, absolute
from api.wiring import Parts
from delivery.genitive import genitive
from delivery.words import exclusion_sentence, meeting_heading
from docstore.errors import Destroyed, Gone, NotFound
from docstore.language import Words
from docstore.models import Body, Exclusion, Paper, Version, Vote
from docstore.rules.paragraphs import paragraphs
from docstore.rules.roll_call import by_voice
from docstore.services import (
    act_about,
    act_links,
    acts,
    people,
    reading,
    renditions,
    scans,
    searched,
)
from docstore.services.act_view import ActView
from docstore.services.acts import Considered
from docstore.visibility import Visibility

# The signed act is the text; where there is none, the text that was voted.
_TEXT_ROLES = ("signed_act", "main")


def context(
    session: Session,
    visibility: Visibility,
    parts: Parts,
    body: Body,
    words: Words,
    view: ActView,
) -> dict[str, Any]:
    """Return everything that the template of an act needs."""
    paper = view.paper
    address = absolute(parts, body, f"/uchwaly/{paper.id}")
    text_of = _text_of(view.files)
    history = acts.histories(session, visibility, [row.document_id for row in view.files])
    files = [row.id for row in view.files]
    voted = _voted(session, visibility, view.vote)
    older = {new.id: old.id for own in history.values() for new, old in pairwise(own.versions)}
    links = act_links.links(session, visibility, paper)
    about = act_about.about(session, visibility, paper.id)
    life = acts.considered(session, body_id=body.id, paper_id=paper.id)
    return {
        "paper": paper,
        "view": view,
        "permalink": address,
        "heading": heading(words, paper),
        "citation": citation(body, paper, about.organ),
        "text": _text(session, visibility, text_of),
        "text_of": text_of,
        "scanned": scans.origins(session, [text_of.id]) if text_of else {},
        "files": view.files,
        "history": history,
        "pdfs": renditions.with_made(session, files),
        "opened": renditions.with_made(session, files, renditions.OPENED),
        "voted": voted,
        "draft": _draft_of(text_of, voted, view.files),
        "differences": differences(session, words, body.slug, older),
        "votes": _votes(words, view.vote),
        "voices": by_voice(view.vote.named) if view.vote else {},
        "steps": _steps(words, body, view, life),
        "status_by": people.names(session, [paper.status_set_by] if paper.status_set_by else []),
        "notices": notices(words, view.exclusions),
        "about": about,
        "links": links,
        "linked_data": legislation(parts, body, paper, view.files, address, about, links),
        "role_of": lambda code: role_of(words, code),
    }


def heading(words: Words, paper: Paper) -> str:
    """Return `Uchwała z 28 lutego 2018`."""
    kind = Wording(words).kind(paper.kind)
    day = words.day(paper.adopted_on) if paper.adopted_on else ""
    return words("{kind} z {day}", kind=kind[:1].upper() + kind[1:], day=day)


def citation(body: Body, paper: Paper, organ: str = "") -> str:
    """Return an act as one cites it; in Polish, whatever the language of the page."""
    polish = Words()
    whose = genitive(organ or body.name) or f"({organ or body.name})"
    kind = Wording(polish).kind(paper.kind)
    day = f"{polish.day(paper.adopted_on)} r." if paper.adopted_on else ""
    return f"{kind[:1].upper() + kind[1:]} nr {paper.number} {whose} z dnia {day} {paper.title}"


def _text_of(files: Sequence[Version]) -> Version | None:
    for role in _TEXT_ROLES:
        for row in files:
            if row.document.role == role:
                return row
    return None


def _draft_of(
    text_of: Version | None, voted: Version | None, files: Sequence[Version]
) -> Version | None:
    """Return the draft that a signed act can be compared with: the one voted, or the last one."""
    if text_of is None or text_of.document.role != "signed_act":
        return None
    mains = (row for row in files if row.document.role == "main")
    draft = voted or next(mains, None)
    return draft if draft is not None and draft.id != text_of.id else None


def _text(
    session: Session, visibility: Visibility, row: Version | None
) -> list[tuple[int, list[str]]]:
    """Return the text by pages, each as paragraphs."""
    if row is None:
        return []
    pages = searched.visible_pages(session, visibility, [row.id]).get(row.id, ())
    if not any(page.strip() for page in pages):
        return []
    return [(number, paragraphs(page)) for number, page in enumerate(pages, start=1)]


def _voted(session: Session, visibility: Visibility, vote: Vote | None) -> Version | None:
    """Return the version that was voted, if everyone may open it."""
    if vote is None or vote.version_id is None:
        return None
    try:
        return reading.version(session, visibility, vote.version_id)
    except (NotFound, Gone, Destroyed):
        return None


def _votes(words: Words, vote: Vote | None) -> list[tuple[str, int]]:
    """Return the five categories of a council's own report; those that nobody is in are told."""
    if vote is None:
        return []
    return [
        (words("za"), vote.in_favour),
        (words("przeciw"), vote.against),
        (words("wstrzymało się"), vote.abstained),
        (words("brak głosu"), vote.no_voice),
        (words("nieobecni"), vote.absent),
    ]


def _steps(
    words: Words, body: Body, view: ActView, life: Sequence[Considered]
) -> list[dict[str, str]]:
    """Return the life of the matter, a step each, as far as it is public."""
    paper, vote = view.paper, view.vote
    steps: list[dict[str, str]] = []
    if life:
        first = min(each.first_published_at for each in life)
        steps.append(_step(words("projekt"), words.short_day(words.local(first).date())))
    for each in life:
        label = meeting_heading(words, each.meeting)
        day = words.short_day(words.local(each.meeting.starts_at).date())
        steps.append(_step(label, day, f"/{body.slug}/sesje/{each.meeting.id}"))
    if not life and paper.adopted_on is not None:
        steps.append(_step(words("uchwalenie"), words.short_day(paper.adopted_on)))
    if vote is not None:
        counts = f"{vote.in_favour} : {vote.against} : {vote.abstained}"
        steps.append(_step(words("głosowanie"), counts, "#glosowanie"))
    if paper.published_at is not None:
        shown = words.local(paper.published_at).date()
        steps.append(_step(words("udostępniono w Teczce"), words.short_day(shown)))
    if paper.status != "unknown" and paper.status_set_at is not None:
        said = words.local(paper.status_set_at).date()
        steps.append(_step(Wording(words).status(paper.status), words.short_day(said), "#status"))
    steps[-1]["state"] = "now"
    return steps


def _step(label: str, when: str, href: str = "") -> dict[str, str]:
    return {"label": label, "when": when, "href": href}


def notices(words: Words, exclusions: Sequence[Exclusion]) -> list[tuple[str, str]]:
    """Return what is said of documents taken down or destroyed, each once: heading, sentence."""
    headings = {
        False: words("Dokument wyłączono z udostępniania"),
        True: words("Dokument zniszczono"),
    }
    said = ((headings[each.is_destruction], exclusion_sentence(words, each)) for each in exclusions)
    return list(dict.fromkeys(said))
