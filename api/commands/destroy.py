"""`teczka destroy`: what goes is shown and asked about, then it goes, and the tombstone stays."""

import getpass
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import select

from api.commands import terminal
from api.commands.terminal import opened, words_here
from api.wiring import Parts
from delivery.words import exclusion_sentence
from docstore import outbox
from docstore.language import Words
from docstore.models import Document, Exclusion, Version
from docstore.services import destruction
from docstore.services.acting import Acting
from docstore.services.destruction import Destroy, Toll
from docstore.services.grounds import DESTRUCTION_GROUNDS


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the administrator asked for."""

    version_id: str
    basis: str
    whole_document: bool
    by: str
    is_sure: bool


def destroy(
    version: Annotated[str, typer.Argument(help="The version, as the file's address names it.")],
    basis: Annotated[
        str,
        typer.Option(help=f"The legal basis: {', '.join(DESTRUCTION_GROUNDS)}, or in words."),
    ] = "",
    *,
    document: Annotated[
        bool, typer.Option("--document", help="All versions of the same document.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who destroys it: a person or an organ.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Destroy without asking.")] = False,
) -> None:
    """Destroy a version for good: bytes, text and what was made of them; a tombstone stays."""
    asked = _Asked(version, basis, whole_document=document, by=by, is_sure=yes)
    with opened() as parts:
        _run(parts, words_here(), asked)


def _run(parts: Parts, words: Words, asked: _Asked) -> None:
    """Ask first, unless told to be sure; what was begun before is finished, what is done told."""
    destruction.check_basis(asked.basis)
    with parts.database.reading() as session:
        version = session.scalar(select(Version).where(Version.id == asked.version_id))
        if version is None:
            terminal.refuse(
                f"Nie ma wersji „{asked.version_id}”. Jej oznaczenie jest w adresie pliku.",
                f"There is no version “{asked.version_id}”. Its name is in the file's address.",
            )
        document = session.get_one(Document, version.document_id)
        chosen = None if asked.whole_document else version.id
        toll = destruction.toll(session, document_id=document.id, version_id=chosen)
        known = destruction.of_version(session, version.id)
    if toll.versions:
        _show(words, document, toll)
        if not asked.is_sure and not terminal.confirmed(words, words("Zniszczyć bezpowrotnie?")):
            raise typer.Exit(1)
        # A tombstone is read by the council's people and the public: it is written in Polish.
        known = _destroy(parts, Words("pl"), asked, version)
    if known is not None:
        _finish(parts, words, known)


def _show(words: Words, document: Document, toll: Toll) -> None:
    say = terminal.err.print
    say(document.title)
    for version in toll.versions:
        text = words(
            "  wersja {number}: {name}, {size}, SHA-256 {sha256}",
            number=version.number,
            name=version.file_name,
            size=words.size(version.size),
            sha256=version.sha256,
        )
        say(text)
    say(words("  z tekstem, podglądem i wpisami w wyszukiwarce; zostaje wpis o zniszczeniu"))
    if toll.packets:
        packets = words.count(toll.packets, "pakietu", "pakietów", "pakietów")
        say(
            words(
                "  PDF i ZIP {packets} zostaną złożone od nowa bez tego dokumentu", packets=packets
            )
        )
    for other in toll.shared:
        text = words(
            "  te same bajty ma wersja {id} ({name}): plik zostanie w magazynie, "
            "dopóki jej też nie zniszczysz",
            id=other.id,
            name=other.file_name,
        )
        say(text, style="yellow")
    say(words("  kopie zapasowe zrobione wcześniej nadal zawierają te pliki"), style="yellow")


def _destroy(parts: Parts, words: Words, asked: _Asked, version: Version) -> Exclusion:
    scope = (
        words("cały dokument")
        if asked.whole_document
        else words("wersja {number}", number=version.number)
    )
    said = Destroy(
        basis=asked.basis,
        destroyed_by=asked.by.strip() or words("administrator systemu"),
        scope=scope,
        version_id=None if asked.whole_document else version.id,
        reason=f"teczka destroy, {getpass.getuser()}",
    )
    with parts.database.transaction() as session:
        return destruction.destroy(
            session,
            Acting(None, parts.clock.now()),
            body_id=version.body_id,
            document_id=version.document_id,
            said=said,
        )


def _finish(parts: Parts, words: Words, row: Exclusion) -> None:
    """Do at once what was promised with the destruction, and tell how far it went."""
    erase = {destruction.ERASE: parts.handlers()[destruction.ERASE]}
    outbox.drain(parts.database, parts.clock, erase)
    with parts.database.reading() as session:
        now = session.get_one(Exclusion, row.id)
    terminal.out.print(exclusion_sentence(words, now))
    if now.erased_at is None:
        terminal.out.print(words("Reszta zostanie usunięta w tle; sprawdzi to „teczka check”."))
    else:
        when = words.moment(now.erased_at)
        terminal.out.print(words("Plików i indeksu z ich treścią nie ma od {when}.", when=when))
