"""Help on the language of search: examples, each with what it finds; a test runs every one."""

from collections.abc import Sequence

Lesson = tuple[str, Sequence[tuple[str, str]]]
"""A heading, then examples with what each finds."""

LESSONS: Sequence[Lesson] = (
    (
        "Zwykłe słowa",
        (
            ("podatek od psów", "dokumenty, w których są wszystkie te słowa, w dowolnej odmianie"),
            ("uchwala o oplatach", "to samo, co z polskimi znakami"),
            ("„plan miejscowy”", "dokładnie to wyrażenie, też w odmianie"),
            ("XLV/312/2018", "uchwała o tym numerze"),
        ),
    ),
    (
        "Więcej albo mniej wyników",
        (
            ("budżet LUB dotacja", "którekolwiek z tych słów"),
            ("budżet -zmiana", "słowo „budżet”, ale bez słowa „zmiana”"),
            ("(szkoła LUB przedszkole) statut", "nawiasy łączą słowa w grupy"),
            ("plan*", "wszystkie słowa, które tak się zaczynają"),
            ("Piechowce~", "słowa podobne, gdy nie pamiętasz pisowni"),
            ("„uchwała budżet”~3", "te słowa, a między nimi najwyżej trzy inne"),
        ),
    ),
    (
        "Tylko w wybranym miejscu",
        (
            ("tytuł:podatek", "słowo w tytule"),
            ("numer:312", "numer uchwały albo jego część"),
            ("rok:2018", "uchwały z tego roku"),
            ("rok:[2016 TO 2018]", "uchwały z tych lat"),
            ("data:[2018-01 TO 2018-06]", "uchwały z tych miesięcy"),
            ("rodzaj:uchwała", "dokumenty tego rodzaju"),
            ("status:uchylona", "uchwały, o których wiadomo, że je uchylono"),
        ),
    ),
)
