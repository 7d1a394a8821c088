"""Legal grounds for narrowing or excluding a document, chosen from a list (DESIGN 4.2, 4.4).

The list names acts of law by their usual short form. It is data for a lawyer of the council to
check, not advice; a clerk's own words never replace it, because they never leave the office.
"""

from typing import Final

GROUNDS: Final[dict[str, str]] = {
    "privacy": "prywatność osoby fizycznej (art. 5 ust. 2 ustawy o dostępie do informacji "
    "publicznej)",
    "company_secret": "tajemnica przedsiębiorcy (art. 5 ust. 2 ustawy o dostępie do informacji "
    "publicznej)",
    "classified": "ochrona informacji niejawnych (art. 5 ust. 1 ustawy o dostępie do informacji "
    "publicznej)",
    "statutory_secret": "tajemnica ustawowo chroniona (art. 5 ust. 1 ustawy o dostępie do "
    "informacji publicznej)",
    "personal_data": "ochrona danych osobowych (RODO)",
    "working": "dokument wewnętrzny, roboczy",
}
"""Codes and their Polish words, which are also the messages of the catalogue."""

DESTRUCTION_GROUNDS: Final[dict[str, str]] = {
    "retention": "upływ okresu przechowywania (ustawa o narodowym zasobie archiwalnym i archiwach)",
    "erasure": "prawo do usunięcia danych (art. 17 RODO)",
    "authority": "decyzja organu nadzorczego",
    "court": "orzeczenie sądu",
}
"""On what basis bytes may be destroyed; another one is given in words."""
OWN_WORDS: Final = "words"
"""The code of a basis that is none of the list and stands beside it in words."""
