"""Every adopted resolution of the demo, and the text of each."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from api.demo.content import (
    acts_budget,
    acts_neighbours,
    acts_order,
    acts_people,
    acts_space,
    acts_taxes,
)
from api.demo.content.act import DemoAct
from api.demo.content.councils import DemoBody
from api.demo.content.law import Citations
from api.demo.content.wording import NBSP, long_day

TEXTS = Path(__file__).parent / "texts"
_TOPICS = (acts_budget, acts_neighbours, acts_order, acts_people, acts_space, acts_taxes)
JOURNAL = "Dzienniku Urzędowym Województwa Dolnośląskiego"


def adopted_acts(today: date) -> list[DemoAct]:
    """Return what had been adopted before `today`, by council, oldest first."""
    every = [act for topic in _TOPICS for act in topic.ACTS if act.adopted_on < today]
    return sorted(every, key=lambda a: (a.body.slug, a.adopted_on, a.session, a.running))


@cache
def template(folder: str, name: str) -> str:
    """Return a text as it is kept, with its placeholders."""
    return (TEXTS / folder / f"{name}.txt").read_text(encoding="utf-8")


class _Values(dict[str, str]):
    """Placeholders of one paper; its own come first, then the council's, then the statutes."""

    def __init__(self, own: Mapping[str, str], citations: Citations) -> None:
        super().__init__(own)
        self._citations = citations

    def __missing__(self, key: str) -> str:
        return self._citations[key]


def body_values(body: DemoBody) -> Iterator[tuple[str, str]]:
    """Yield the placeholders that name a council, its commune and its mayor."""
    yield "council", body.name
    yield "council_gen", body.name_genitive
    yield "commune", body.commune.nominative
    yield "commune_gen", body.commune.genitive
    yield "commune_acc", body.commune.accusative
    yield "town_gen", body.town.genitive
    yield "mayor", body.mayor.nominative
    yield "mayor_gen", body.mayor.genitive
    yield "mayor_dat", body.mayor.dative
    yield "mayor_ins", body.mayor.instrumental
    yield "journal", JOURNAL


def fill(text: str, body: DemoBody, day: date, own: Mapping[str, str]) -> str:
    """Fill a text's placeholders; a name that nothing answers to raises KeyError.

    Values may hold placeholders of the council, so the text is filled twice.
    """
    values = _Values(dict(body_values(body)) | dict(own), Citations(day))
    return text.format_map(values).format_map(values).replace("Dz. U.", f"Dz.{NBSP}U.")


def act_text(act: DemoAct) -> str:
    """Return the whole text of an act in the markup of `blocks`, its heading included."""
    head = (
        f"# UCHWAŁA NR {act.number}",
        f"@center {act.body.name_genitive.upper()}",
        f"@center z dnia {long_day(act.adopted_on)}",
        f"@center {act.title}",
    )
    body = fill(template("acts", act.template), act.body, act.adopted_on, act.values)
    return "\n".join((*head, body))
