"""Reads formats made of XML (OOXML, OpenDocument) and HTML, all in one walk over their elements."""

import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lxml import etree, html

from docstore.files.detect import charset
from docstore.files.errors import FileRefused
from docstore.files.problems import Problem
from docstore.files.readers.reading import Reading, unpaged
from docstore.files.text import tidy

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_S18 = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_P188 = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"

# What is unpacked of one file; a document of 2,000 pages of text has 60 MB of XML.
_MOST_BYTES = 100 * 1024 * 1024
_MOST_ENTRIES = 20_000

# What an editor left in a file that its readers are not meant to see: changes not yet taken over,
# and remarks. A frame for remarks without any is written by every program.
_CHANGES = frozenset({
    _W + "ins", _W + "del", _W + "moveFrom", _W + "moveTo", _TEXT + "changed-region",
    _TABLE + "cell-content-change", _TABLE + "insertion", _TABLE + "deletion", _TABLE + "movement",
})  # fmt: skip
# A sheet remembers what became of a change, too.
_STATE, _DECIDED = _TABLE + "acceptance-state", frozenset({"accepted", "rejected"})
_REMARKS = frozenset({
    _W + "commentReference", _OFFICE + "annotation", _S + "comment", _P + "cm", _P188 + "cm",
    _S18 + "threadedComment",
})  # fmt: skip

# A file or a signature within XML, written in letters (base64): nobody's words.
_OCTETS_IN_LETTERS = re.compile(r"[A-Za-z0-9+/=\s]{200,}")
_LONG_OCTETS = 8192

# Ends a cell while the text is gathered: the cells of a row stand on one line, tabs between them.
_CELL = "\x1f"
_CELL_END = re.compile(rf"\n*{_CELL}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes text: `letters` hold it (None: all elements), `breaks` end a run of it.

    What stands in `skipped` is not shown to a reader of the document.
    """

    letters: frozenset[str] | None
    breaks: Mapping[str, str]
    skipped: frozenset[str] = frozenset()


WORD = Dialect(
    letters=frozenset({_W + "t", _A + "t"}),
    breaks={
        _W + "p": "\n", _W + "br": "\n", _W + "cr": "\n", _W + "tab": "\t", _W + "tc": _CELL,
        _W + "tr": "\n", _W + "noBreakHyphen": "-", _A + "p": "\n",
    },
    # A text box stands twice, the second time for old programs; moved text stands at both places.
    skipped=frozenset({_MC + "Fallback", _W + "moveFrom", _W + "tabs"}),
)  # fmt: skip
SLIDES = Dialect(letters=frozenset({_A + "t"}), breaks={_A + "p": "\n", _A + "br": "\n"})
SHEET = Dialect(letters=frozenset({_S + "t"}), breaks={_S + "si": "\n"})
OPEN_DOCUMENT = Dialect(
    letters=None,
    breaks={
        _TEXT + "p": "\n", _TEXT + "h": "\n", _TEXT + "line-break": "\n", _TEXT + "tab": "\t",
        _TEXT + "s": " ", _TABLE + "table-cell": _CELL, _TABLE + "table-row": "\n",
    },
    skipped=frozenset({
        _TEXT + "tracked-changes", _TABLE + "tracked-changes",
        _OFFICE + "annotation", _OFFICE + "scripts", _OFFICE + "forms",
        _TEXT + "sequence-decls", _TEXT + "variable-decls", _SVG + "title", _SVG + "desc",
    }),
)  # fmt: skip
HTML = Dialect(
    letters=None,
    breaks={
        **dict.fromkeys(
            ("p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "title",
             "article", "header", "footer", "blockquote", "pre", "dt", "dd", "table", "ul", "ol"),
            "\n",
        ),
        "td": _CELL, "th": _CELL,
    },
    skipped=frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"}),
)  # fmt: skip


def read_docx(path: str) -> Reading:
    """Return the text of a Word file: headers, body with tables and boxes, notes, footers."""
    order = (r"word/header\d*\.xml", r"word/document\d*\.xml", r"word/(foot|end)notes\d*\.xml",
             r"word/footer\d*\.xml")  # fmt: skip
    return _read_package(path, order, WORD)


def read_xlsx(path: str) -> Reading:
    """Return the words of a workbook, each once; numbers and their order are in its rendition."""
    remarks = r"xl/(?:threadedComments/threadedComment|(?:comments/)?comments?)\d*\.xml"
    return _read_package(path, (r"xl/sharedStrings\.xml",), SHEET, remarks=remarks)


def read_pptx(path: str) -> Reading:
    """Return the text of the slides."""
    remarks = r"ppt/comments/(?:modernComment.*|comment\d+)\.xml"
    return _read_package(path, (r"ppt/slides/slide\d+\.xml",), SLIDES, remarks=remarks)


def read_open_document(path: str) -> Reading:
    """Return the text of an OpenDocument file: headers, body, footers."""
    with _package(path) as package:
        names = package.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in _part(
            package, "META-INF/manifest.xml"
        ):
            raise FileRefused("encrypted")
        if "content.xml" not in names:
            raise FileRefused("broken", "no content.xml")
        content = _parse(_part(package, "content.xml"))
        styles = _parse(_part(package, "styles.xml")) if "styles.xml" in names else None
        active = any(name.startswith("Basic/") for name in names)
    headers, footers = (
        [] if styles is None else list(styles.iter(_STYLE + name)) for name in ("header", "footer")
    )
    body = content.find(f".//{_OFFICE}body")
    roots = [*headers, content if body is None else body, *footers]
    return _reading(roots, OPEN_DOCUMENT, active=active)


def read_html(path: str) -> Reading:
    """Return what a page shows, without its scripts and styles."""
    octets = Path(path).read_bytes()[:_MOST_BYTES]
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", octets[:4096])
    encoding = declared[1].decode() if declared else charset(octets) or "utf-8"
    try:
        text = octets.decode(encoding, "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    # lxml refuses a declaration of an encoding in what is decoded already.
    text = re.sub(r"\A\ufeff?\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        return unpaged("")
    root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True))
    return _reading([root], HTML, active=next(root.iter("script"), None) is not None)


def read_xml(path: str) -> Reading:
    """Return the words of an XML file, each element's attributes and text on lines of their own.

    An act in the form of the Journal of Laws (`akt.xml`, annex 2 to Dz.U. 2011 nr 289 poz. 1699)
    states its number, date and organ in attributes. Addresses of schemas are nobody's words.
    """
    words: list[str] = []
    for event, element in etree.iterwalk(_parse(_octets(path), huge=True), events=("start", "end")):
        if event == "end":
            words.append(element.tail or "")
            continue
        stated = (value for name, value in element.attrib.items() if not name.startswith("{"))
        words += (value for value in stated if not value.startswith(("http:", "https:", "urn:")))
        words.append(element.text or "")
    found = [_OCTETS_IN_LETTERS.fullmatch(each) for each in words]
    lines = [each.strip() for each, is_octets in zip(words, found, strict=True) if not is_octets]
    # A signature has certificates of some thousand letters; what is longer is a file.
    has_file = any(is_octets and len(is_octets[0]) > _LONG_OCTETS for is_octets in found)
    text = tidy("\n".join(filter(None, lines)))
    return unpaged(text, problems=[Problem.PARTS_UNREAD] if has_file else [])


def _octets(path: str) -> bytes:
    with Path(path).open("rb") as source:
        octets = source.read(_MOST_BYTES + 1)
    if len(octets) > _MOST_BYTES:
        raise FileRefused("memory", "an XML file over the limit")
    return octets


def _read_package(
    path: str, order: Iterable[str], dialect: Dialect, *, remarks: str = r"\Z"
) -> Reading:
    """Read the parts of an OOXML package whose names match, in that order.

    Where remarks stand in parts of their own, `remarks` is the pattern of their names.
    """
    with _package(path) as package:
        names = package.namelist()
        chosen = [
            n for pattern in order for n in sorted(names, key=_natural) if re.fullmatch(pattern, n)
        ]
        roots = [_parse(_part(package, name)) for name in chosen]
        active = any(name.endswith("vbaProject.bin") for name in names)
        beside = list(_remarks(package, [n for n in names if re.fullmatch(remarks, n)]))
    if not roots:
        raise FileRefused("broken", "the main part is missing")
    return _reading(roots, dialect, active=active, beside=beside)


def _remarks(package: zipfile.ZipFile, names: Iterable[str]) -> Iterator[etree._Element]:
    """Yield parts with remarks; a damaged one costs the file nothing."""
    for name in names:
        with suppress(etree.XMLSyntaxError, FileRefused, zipfile.BadZipFile):
            yield _parse(_part(package, name))


def _natural(name: str) -> tuple[int, str]:
    return len(name), name


def _reading(
    roots: Sequence[etree._Element], dialect: Dialect, *, active: bool,
    beside: Sequence[etree._Element] = (),
) -> Reading:  # fmt: skip
    text = "\n".join("".join(_walk(root, dialect)) for root in roots)
    everything = (*roots, *beside)
    found = {
        Problem.ACTIVE_CONTENT: active,
        Problem.TRACKED_CHANGES: _holds(everything, _CHANGES),
        Problem.COMMENTS: _holds(everything, _REMARKS),
    }
    problems = [str(problem) for problem, is_so in found.items() if is_so]
    return unpaged(tidy(_CELL_END.sub("\t", text)), problems=problems)


def _holds(roots: Iterable[etree._Element], tags: Collection[str]) -> bool:
    return any(found.get(_STATE) not in _DECIDED for root in roots for found in root.iter(*tags))


def _walk(root: etree._Element, dialect: Dialect) -> Iterator[str]:
    """Yield the text of a tree, broken where the dialect breaks it."""
    everything = dialect.letters is None
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        skipped = not isinstance(tag, str) or tag in dialect.skipped
        if event == "start":
            if skipped:
                walker.skip_subtree()
            elif element.text and (everything or tag in (dialect.letters or ())):
                yield element.text
            continue
        if not skipped:
            yield dialect.breaks.get(tag, "")
        if everything and element.tail and element is not root:
            yield element.tail


def _package(path: str) -> zipfile.ZipFile:
    try:
        package = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise FileRefused("broken", str(error)) from error
    if len(package.infolist()) > _MOST_ENTRIES:
        raise FileRefused("memory", "too many entries")
    return package


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part, as far as a file may; what an entry says of its size is not believed."""
    info = package.getinfo(name)
    if info.flag_bits & 1:
        raise FileRefused("encrypted")
    with package.open(info) as part:
        octets = part.read(_MOST_BYTES + 1)
    if len(octets) > _MOST_BYTES:
        raise FileRefused("memory", f"{name} unpacks to more than the limit")
    return octets


def _parse(octets: bytes, *, huge: bool = False) -> etree._Element:
    """Return a part as a tree; one that declares a document type of its own is refused.

    No office program writes entities; whoever does wants them expanded or fetched.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge,
    )
    root = etree.fromstring(octets, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileRefused("broken", "declares a document type")
    return root
