"""Every sentence that a person can see has its English, and no English is left over."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import nodes
from jinja2.environment import Template

from api import names
from api.errors import OTHER_SHAPE, PROTOCOL, REASONS, SENTENCES, SHAPES
from api.pages.office import wording
from api.pages.problems import ADVICE
from api.pages.public.help import LESSONS
from api.rendering import templates
from api.state import told
from docstore.language import LOCALE_DIR, Words
from docstore.services.grounds import DESTRUCTION_GROUNDS, GROUNDS
from indexer.notes import SENTENCES as NOTES

ROOT = Path(__file__).resolve().parents[2]
_NAMES = {"t", "words", "w"}
_ATTRIBUTES = {"words", "_words"}
_PLURAL_FROM = {"count": 1, "forms": 1}


def _english() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / "en").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    found[str(message.id)] = str(message.string or "")
    return found


def _in_python() -> Iterator[str]:
    for package in ("api", "delivery", "docstore", "indexer"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from _called(node)


def _called(node: ast.Call) -> Iterator[str]:
    function = node.func
    is_name = isinstance(function, ast.Name) and function.id in _NAMES
    is_made = isinstance(function, ast.Call) and _is_words_maker(function.func)
    if (is_name or is_made) and node.args:
        yield from _literal(node.args[:1])
    elif isinstance(function, ast.Attribute):
        owner = function.value
        is_words = (isinstance(owner, ast.Name) and owner.id in _NAMES) or (
            isinstance(owner, ast.Attribute) and owner.attr in _ATTRIBUTES
        )
        if is_words and function.attr in _PLURAL_FROM:
            yield from _literal(node.args[1:])
        elif function.attr in _ATTRIBUTES and node.args:
            yield from _literal(node.args[:1])


def _is_words_maker(function: ast.expr) -> bool:
    """Tell whether a call gives the language itself: `words_for(request)("...")`."""
    return isinstance(function, ast.Name) and function.id in {"words_for", "Words", "words_here"}


def _literal(arguments: list[ast.expr]) -> Iterator[str]:
    values = [
        a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str)
    ]
    if values and len(values) == len(arguments):
        yield "|".join(values)


def _in_templates() -> Iterator[str]:
    environment = templates(Words())
    for folder in ("api/templates", "delivery/templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".html", ".txt"} and "vendor" not in path.parts:
                for call in environment.parse(path.read_text()).find_all(nodes.Call):
                    yield from _called_in_template(call)


def _called_in_template(call: nodes.Call) -> Iterator[str]:
    target = call.node
    if isinstance(target, nodes.Name) and target.name == "t":
        chosen = call.args[:1]
    elif (
        isinstance(target, nodes.Getattr)
        and isinstance(target.node, nodes.Name)
        and target.node.name == "t"
        and target.attr in _PLURAL_FROM
    ):
        chosen = call.args[1:]
    else:
        return
    texts = [a.value for a in chosen if isinstance(a, nodes.Const)]
    if texts and len(texts) == len(chosen):
        yield "|".join(map(str, texts))


def _in_tables() -> Iterator[str]:
    """Yield the messages that stand in tables and reach the language as a variable."""
    for table in (
        SENTENCES,
        REASONS,
        SHAPES,
        ADVICE,
        GROUNDS,
        DESTRUCTION_GROUNDS,
        NOTES,
        names.PAPER_KINDS,
        names.STATUSES,
        names.STAGES,
        wording.KINDS,
        wording.OUTCOMES,
        wording.FACTS,
        wording.AUDIENCES,
        wording.VERDICTS,
    ):
        yield from table.values()
    yield names.MEETING_FILES
    yield from told.NAMES.values()
    for saying in (*told.FINE.values(), *told.SAYINGS.values()):
        yield from filter(None, saying)
    yield OTHER_SHAPE
    yield from (sentence for _, sentence in PROTOCOL.values())
    yield from (text for text, _ in (*wording.PROBLEMS.values(), wording.NO_PDF))
    for heading, examples in LESSONS:
        yield heading
        yield from (finds for _, finds in examples)


def _all_messages() -> set[str]:
    return {*_in_tables(), *_in_python(), *_in_templates()}


def test_every_sentence_has_its_english() -> None:
    english = _english()
    missing = sorted(m for m in _all_messages() if not english.get(m))
    assert missing == [], "add msgid and msgstr to docstore/locale/en/<area>.po"


def test_no_english_is_left_of_a_sentence_that_is_gone() -> None:
    assert sorted(set(_english()) - _all_messages()) == [], "take it out of its .po file"


def test_a_sentence_is_translated_in_one_place() -> None:
    found = Counter(
        said
        for path in sorted((LOCALE_DIR / "en").glob("*.po"))
        for said in re.findall(r'^msgid ((?:".*"\n)+)', path.read_text(), re.MULTILINE)
        if said != '""\n'  # the head of a file
    )
    assert [said for said, count in found.items() if count > 1] == [], "keep one"


def test_placeholders_are_the_same_in_both_languages() -> None:
    def fields(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    wrong = [pl for pl, en in _english().items() if en and fields(pl) != fields(en)]
    assert wrong == []


def test_templates_compile() -> None:
    environment = templates(Words())
    for name in environment.list_templates(extensions=["html"]):
        assert isinstance(environment.get_template(name), Template)
