"""Sentences for what was not understood in a query."""

from collections.abc import Mapping

from docstore.language import Words
from indexer.documents import Note

SENTENCES: Mapping[str, str] = {
    "unclosed_quote": "Cudzysłów nie jest zamknięty. Szukamy całego wyrażenia do końca zapytania.",
    "unbalanced_bracket": "Nawiasy nie tworzą par. Uzupełniliśmy brakujące i pominęliśmy zbędne.",
    "dangling_operator": "Słowo {what} nie łączy tu niczego, więc je pominęliśmy.",
    "unknown_field": "Nie ma pola „{what}”. Szukamy tych słów w całym tekście.",
    "empty_field": "Po „{what}:” brakuje wartości, więc pominęliśmy to pole.",
    "bad_year": "„{what}” to nie rok. Wpisz na przykład rok:2018 albo rok:[2016 TO 2018].",
    "bad_date": "„{what}” to nie data. Wpisz na przykład data:2018-01 albo data:[2018-01 TO 2019].",
    "unknown_kind": "Nie znamy rodzaju „{what}”. Szukamy tych słów w całym tekście.",
    "unknown_status": "Nie znamy statusu „{what}”. Szukamy tych słów w całym tekście.",
    "range_without_field": "Zakres działa tylko po „rok:” albo „data:”. Szukamy samych słów.",
    "range_reversed": "Zakres był odwrócony, więc zamieniliśmy jego końce.",
    "star_place": "Gwiazdka działa tylko na końcu słowa. Szukamy „{what}” bez gwiazdki.",
    "too_short": "W „{what}” jest za mało liter, więc szukamy dokładnie tego słowa.",
    "only_excluded": "Są tu tylko słowa wykluczone. Pokazujemy wszystko poza nimi.",
    "no_words": "Nie ma tu słów do wyszukania, więc pokazujemy wszystko.",
    "too_long": "Zapytanie jest bardzo długie. Szukamy tylko jego początku.",
    "too_deep": "Nawiasy są zbyt głęboko zagnieżdżone. Pominęliśmy najgłębsze.",
    "not_understood": "Nie rozumiemy budowy tego zapytania. Szukamy samych słów.",
}


def sentence(note: Note, words: Words) -> str:
    """Return what to tell the person about `note`, in the language of `words`."""
    return words(SENTENCES[note.code], what=note.what)
