"""Makes a written paper into an OpenDocument text: styles, headings, lists, tables, footer."""

from io import BytesIO

from odfdo import Cell, Document, Element, Header, List, ListItem, Paragraph, Row, StyleMasterPage
from odfdo import Table as OdfTable

from api.demo.content.blocks import (
    Block,
    Bullet,
    Heading,
    PageBreak,
    Signature,
    Table,
    Text,
    Unit,
    column_shares,
    is_figure,
)
from api.demo.content.settled import settled
from api.demo.content.written import FOOTER, Written

_UNIT_STYLES = ("Paragraf", "Ustęp", "Punkt", "Litera")
_COLUMN_CM = 17.0
_TEXT = 'fo:font-size="11.5pt"'
# Name of a paragraph style -> its own and its text's properties; each has a twin that begins a
# page.
_STYLES = {
    "Tekst": ('fo:text-align="justify" fo:margin-bottom="0.2cm"', _TEXT),
    "Środek": (
        'fo:text-align="center" fo:margin-bottom="0.2cm"', f'{_TEXT} fo:font-weight="bold"'
    ),
    "Prawo": ('fo:text-align="end" fo:margin-bottom="0.05cm"', _TEXT),
    "Podpis": ('fo:text-align="center" fo:margin-left="8cm" fo:margin-top="0.4cm"', _TEXT),
    "Komórka": ('fo:text-align="start"', 'fo:font-size="9.5pt"'),
    "Kwota": ('fo:text-align="end"', 'fo:font-size="9.5pt"'),
    "Nagłówek kolumny": ('fo:text-align="start"', 'fo:font-size="9.5pt" fo:font-weight="bold"'),
    "Tytuł": (
        'fo:text-align="center" fo:margin-top="0.6cm" fo:margin-bottom="0.3cm"',
        'fo:font-size="14pt" fo:font-weight="bold"',
    ),
    "Rozdział": (
        'fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"',
        'fo:font-size="12pt" fo:font-weight="bold"',
    ),
}  # fmt: skip
_HEADING_STYLES = {1: "Tytuł", 2: "Rozdział", 3: "Rozdział"}
_ON_NEW_PAGE = " (nowa strona)"
_FONT = 'style:font-name="Liberation Serif"'


def make_odt(written: Written) -> bytes:
    """Return the paper as an ODT, the same bytes at every making."""
    document = Document("text")
    document.body.clear()
    _set_styles(document)
    _set_footer(document)
    maker = _Maker(document)
    for block in written.blocks:
        maker.add(block)
    meta = document.meta
    meta.title, meta.creator, meta.language = written.title, written.author, "pl-PL"
    meta.initial_creator, meta.description = written.author, FOOTER
    meta.creation_date = meta.date = written.moment.replace(tzinfo=None)
    meta.generator = "Teczka demo"
    target = BytesIO()
    document.save(target)
    return settled(target.getvalue())


def _set_styles(document: Document) -> None:
    """Add the paragraph styles, and the borders of cells."""
    units = {
        name: (
            (
                'fo:text-align="justify" fo:margin-bottom="0.15cm"'
                f' fo:margin-left="{0.75 * depth}cm"'
                f' fo:text-indent="{-0.75 if depth else 0}cm"'
            ),
            _TEXT,
        )
        for depth, name in enumerate(_UNIT_STYLES)
    }
    for name, (paragraph, text) in (_STYLES | units).items():
        for suffix, extra in (("", ""), (_ON_NEW_PAGE, ' fo:break-before="page"')):
            xml = (
                f'<style:style style:name="{_code(name + suffix)}" style:family="paragraph"'
                f' style:display-name="{name}{suffix}">'
                f"<style:paragraph-properties {paragraph}{extra}/>"
                f'<style:text-properties fo:language="pl" fo:country="PL" {_FONT} {text}/>'
                "</style:style>"
            )
            _add_style(document, xml)
    _add_style(
        document,
        '<style:style style:name="Ramka" style:family="table-cell"><style:table-cell-properties'
        ' fo:border="0.5pt solid #555555" fo:padding="0.08cm"/></style:style>',
    )


def _add_style(document: Document, xml: str) -> None:
    document.insert_style(xml, automatic=True)


def _code(name: str) -> str:
    """Return a style's internal name, in which ODF allows no spaces."""
    return name.replace(" ", "_20_").replace("(", "").replace(")", "")


def _set_footer(document: Document) -> None:
    """Write the demo's own line and a page number under every page."""
    page = document.get_style("master-page", "Standard")
    if not isinstance(page, StyleMasterPage):
        raise TypeError(page)
    xml = (
        '<style:style style:name="Stopka" style:family="paragraph"><style:paragraph-properties'
        f' fo:text-align="center"/><style:text-properties {_FONT} fo:font-size="8pt"/>'
        "</style:style>"
    )
    document.insert_style(xml)
    footer = Paragraph(f"{FOOTER} Strona ", style="Stopka")
    footer.append(Element.from_tag('<text:page-number text:select-page="current"/>'))
    page.set_page_footer(footer)


class _Maker:
    """Adds blocks to a document; a page break waits for the paragraph that follows it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._body = document.body
        self._breaks = False
        self._tables = 0

    def add(self, block: Block) -> None:
        """Add one block."""
        match block:
            case PageBreak():
                self._breaks = True
            case Heading(text=text, level=level):
                heading = Header(level, text, suppress_numbering=True)
                # odfdo takes a style for a heading and forgets it.
                heading.set_attribute("text:style-name", self._style(_HEADING_STYLES[level]))
                self._body.append(heading)
            case Text(text=text, align=align, bold=bold):
                names = {"left": "Tekst", "center": "Środek", "right": "Prawo"}
                self._add(text, "Środek" if bold else names[align])
            case Unit(mark=mark, text=text, depth=depth):
                gap = "\t" if depth else " "
                self._add(f"{mark}{gap}{text}", _UNIT_STYLES[depth])
            case Bullet(text=text):
                self._add_bullet(text)
            case Signature(lines=lines):
                for line in lines:
                    self._add(line, "Podpis")
            case Table():
                self._add_table(block)

    def _style(self, name: str) -> str:
        """Return a style's name; the first after a page break begins a page."""
        suffix, self._breaks = (_ON_NEW_PAGE if self._breaks else ""), False
        return _code(name + suffix)

    def _add(self, text: str, style: str) -> None:
        self._body.append(Paragraph(text, style=self._style(style)))

    def _add_bullet(self, text: str) -> None:
        """Add an entry to the list at the end of the text, or begin one."""
        last = self._body.children[-1] if self._body.children else None
        if not isinstance(last, List):
            last = List(style="List_20_1")
            self._body.append(last)
        last.append(ListItem(text))

    def _add_table(self, block: Table) -> None:
        self._tables += 1
        shares = column_shares(block)
        table = OdfTable(f"Tabela{self._tables}")
        for place, share in enumerate(shares, 1):
            name = f"Tabela{self._tables}.{place}"
            _add_style(
                self._document,
                f'<style:style style:name="{name}" style:family="table-column">'
                f"<style:table-column-properties"
                f' style:column-width="{_COLUMN_CM * share / sum(shares):.2f}cm"/></style:style>',
            )
            table.append(Element.from_tag(f'<table:table-column table:style-name="{name}"/>'))
        head, *rows = block.rows
        header = Element.from_tag("<table:table-header-rows/>")
        header.append(_row(head, is_head=True))
        table.append(header)
        for cells in rows:
            table.append(_row(cells, is_head=False))
        self._body.append(table)
        self._add("", "Tekst")


def _row(cells: tuple[str, ...], *, is_head: bool) -> Row:
    row = Row()
    for text in cells:
        style = "Nagłówek kolumny" if is_head else "Kwota" if is_figure(text) else "Komórka"
        cell = Cell(style="Ramka")
        cell.set_attribute("office:value-type", "string")
        cell.append(Paragraph(text, style=_code(style)))
        row.append(cell)
    return row
