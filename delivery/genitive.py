"""Whose session it is: names of councils and committees in the genitive, as Polish asks."""

import re
from itertools import pairwise

# Nouns that councils and their organs are called by, and their genitive.
_NOUNS = {
    "rada": "rady",
    "komisja": "komisji",
    "podkomisja": "podkomisji",
    "sejmik": "sejmiku",
    "klub": "klubu",
    "zespół": "zespołu",
    "konwent": "konwentu",
    "zgromadzenie": "zgromadzenia",
    "prezydium": "prezydium",
}
_TAKE_ADJECTIVES = frozenset({"komisja", "podkomisja"})
# After these a town's own name may follow the one adjective: Rada Miejska Leszna.
_TAKE_ONE_ADJECTIVE = frozenset({"rada"})
_WORD = re.compile(r"\w[\w-]*")
_JOINING = re.compile(r",?\s+(?:(?:i|oraz)\s+)?")
# Miejska, Rewizyjna, Budżetowo-Gospodarcza; not the genitives Rolnictwa, Środowiska, Prawa.
_ADJECTIVE = re.compile(r"(?!.*(?:[cs]twa|iska|prawa)$)[\w-]*(?:[nwkłgż]|cz|sz)a", re.IGNORECASE)


def genitive(name: str) -> str | None:
    """Return `Rady Miejskiej w Wleniu` for `Rada Miejska w Wleniu`; None for an unknown kind.

    The noun and the adjectives that go with it change, everything after them stays.
    """
    words = [word for word in _WORD.finditer(name) if word[0] not in {"i", "oraz"}]
    place = next((i for i, word in enumerate(words) if word[0].casefold() in _NOUNS), None)
    if place is None or not all(_ADJECTIVE.fullmatch(word[0]) for word in words[:place]):
        return None
    noun = words[place]
    changes = [(word, _of_adjective(word[0])) for word in words[:place]]
    changes.append((noun, _like(noun[0], _NOUNS[noun[0].casefold()])))
    changes += [(word, _of_adjective(word[0])) for word in _agreeing(name, words[place:])]
    for word, form in reversed(changes):
        name = name[: word.start()] + form + name[word.end() :]
    return name


def _agreeing(name: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the adjectives right behind a noun, as far as commas and "i" carry them."""
    noun = words[0][0].casefold()
    if noun not in _TAKE_ADJECTIVES | _TAKE_ONE_ADJECTIVE:
        return []
    found: list[re.Match[str]] = []
    for before, word in pairwise(words):
        joined = _JOINING.fullmatch(name, before.end(), word.start())
        if not joined or not _ADJECTIVE.fullmatch(word[0]):
            break
        found.append(word)
    return found[:1] if noun in _TAKE_ONE_ADJECTIVE else found


def _like(written: str, form: str) -> str:
    """Return a form with the capitals of what was written."""
    if written.isupper():
        return form.upper()
    return form.capitalize() if written[0].isupper() else form


def _of_adjective(word: str) -> str:
    """Return the feminine genitive: Miejska, Miejskiej; Rewizyjna, Rewizyjnej."""
    ending = "iej" if word[-2].casefold() in {"k", "g"} else "ej"
    return word[:-1] + (ending.upper() if word.isupper() else ending)
