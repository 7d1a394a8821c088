"""Makes a written paper into a Word file as a clerk's template would: styles, tables, footer."""

from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

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

_FONT = "Times New Roman"
_UNIT_STYLES = ("Paragraf", "Ustęp", "Punkt", "Litera")
_COLUMN_MM = 210 - 2 * 25
_SIGNATURE_INDENT = Cm(8)
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def make_docx(written: Written) -> bytes:
    """Return the paper as a DOCX, the same bytes at every making."""
    document = Document()
    _set_page(document)
    _set_styles(document)
    _set_footer(document)
    maker = _Maker(document)
    for block in written.blocks:
        maker.add(block)
    properties = document.core_properties
    properties.title, properties.author = written.title[:255], written.author
    properties.last_modified_by, properties.comments = written.author, FOOTER
    properties.created = properties.modified = written.moment.replace(tzinfo=None)
    properties.language = "pl-PL"
    target = BytesIO()
    document.save(target)
    return settled(target.getvalue())


def _set_page(document: DocxDocument) -> None:
    """Use A4, not the template's Letter."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)


def _set_styles(document: DocxDocument) -> None:
    """Set the type of text and headings, and add a style for each kind of unit."""
    normal = _paragraph_style(document, "Normal")
    normal.font.name, normal.font.size = _FONT, Pt(11.5)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "pl-PL")
    normal.element.get_or_add_rPr().append(language)
    for level, size in ((1, 14), (2, 12), (3, 11.5)):
        style = _paragraph_style(document, f"Heading {level}")
        style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), True
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    for depth, name in enumerate(_UNIT_STYLES):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style = _paragraph_style(document, name)
        style.base_style = normal
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        style.paragraph_format.space_after = Pt(4)
        if depth:
            style.paragraph_format.left_indent = Cm(0.75 * depth)
            style.paragraph_format.first_line_indent = Cm(-0.75)
        else:
            style.paragraph_format.space_before = Pt(6)


def _paragraph_style(document: DocxDocument, name: str) -> ParagraphStyle:
    """Return a style of paragraphs by its name."""
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(name)
    return style


def _set_footer(document: DocxDocument) -> None:
    """Write the demo's own line and a page number under every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(f"{FOOTER} Strona ")
    run.font.size = Pt(8)
    number = paragraph.add_run()
    number.font.size = Pt(8)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(number._r)  # noqa: SLF001 - python-docx has no fields of its own
    paragraph._p.append(field)  # noqa: SLF001 - as above


class _Maker:
    """Adds blocks to a document; a page break waits for the paragraph that follows it."""

    def __init__(self, document: DocxDocument) -> None:
        self._document = document
        self._breaks = False

    def add(self, block: Block) -> None:
        """Add one block."""
        match block:
            case PageBreak():
                self._breaks = True
            case Heading(text=text, level=level):
                paragraph = self._add(text, f"Heading {level}")
                if level == 1:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            case Text(text=text, align=align, bold=bold):
                paragraph = self._add("", "Normal")
                paragraph.add_run(text).bold = bold or None
                paragraph.alignment = _ALIGN[align]
            case Unit(mark=mark, text=text, depth=depth):
                paragraph = self._add("", _UNIT_STYLES[depth])
                paragraph.add_run(mark).bold = depth == 0 or None
                paragraph.add_run(f" {text}" if depth == 0 else f"\t{text}")
            case Bullet(text=text):
                self._add(text, "List Bullet")
            case Signature(lines=lines):
                for place, line in enumerate(lines):
                    paragraph = self._add(line, "Normal")
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                    paragraph.paragraph_format.left_indent = _SIGNATURE_INDENT
                    paragraph.paragraph_format.space_before = Pt(0 if place else 24)
            case Table():
                self._add_table(block)

    def _add(self, text: str, style: str) -> Paragraph:
        paragraph = self._document.add_paragraph(text, style=style)
        if self._breaks:
            paragraph.paragraph_format.page_break_before = True
            self._breaks = False
        return paragraph

    def _add_table(self, block: Table) -> None:
        shares = column_shares(block)
        widths = [Mm(_COLUMN_MM * share / sum(shares)) for share in shares]
        table = self._document.add_table(len(block.rows), len(widths), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for place, (row, cells) in enumerate(zip(table.rows, block.rows, strict=True)):
            for cell, text, width in zip(row.cells, cells, widths, strict=True):
                cell.width = width
                paragraph = cell.paragraphs[0]
                run = paragraph.add_run(text)
                run.font.size = Pt(9.5)
                run.bold = place == 0 or None
                paragraph.paragraph_format.space_after = Pt(2)
                if is_figure(text):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if place == 0:
                row._tr.get_or_add_trPr().append(  # noqa: SLF001 - no other way to repeat a head
                    OxmlElement("w:tblHeader")
                )
        self._document.add_paragraph().paragraph_format.space_after = Pt(2)
