"""A paper as DOCX."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from reporting.exports.paper import RESULT, Paper, Section, StampBlock, Table, printable

FONT = "Times New Roman"
"""The face that official letters are written in; Word has it, others substitute one of the same widths."""
_BODY, _SMALL, _GREY = Pt(12), Pt(8), RGBColor(0x60, 0x60, 0x60)
_WIDTHS = (Cm(6.3), Cm(10.7))


def write_word(paper: Paper) -> bytes:
    """Return the paper as a DOCX file."""
    document = Document()
    _page(document, paper)
    _stamps(document, paper)
    _paragraph(document, "")
    _paragraph(document, paper.title, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    for section in paper.sections:
        _section(document, section)
    for text in filter(None, (paper.proposals,)):
        _paragraph(document, "")
        _paragraph(document, text, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    for heading, text in paper.addenda:
        _paragraph(document, "")
        _paragraph(document, heading, bold=True)
        _paragraph(document, text, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _page(document: Any, paper: Paper) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    document.core_properties.title, document.core_properties.language = printable(paper.title)[:255], "ru-RU"
    document.core_properties.author = ""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.5), Cm(1.5), Cm(2), Cm(2)
    if paper.mark:
        _write(page.header.paragraphs[0], paper.mark, bold=True, align=WD_ALIGN_PARAGRAPH.RIGHT)
    footer = page.footer.paragraphs[0]
    if paper.footer:
        font = _write(footer, paper.footer, align=WD_ALIGN_PARAGRAPH.CENTER).runs[0].font
        font.size, font.color.rgb = _SMALL, _GREY
        footer = page.footer.add_paragraph()
    _page_number(footer)


def _stamps(document: Any, paper: Paper) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, stamp in zip(table.rows[0].cells, (paper.agreed, paper.approved), strict=True):
        _stamp(cell, stamp)


def _stamp(cell: _Cell, stamp: StampBlock) -> None:
    _write(cell.paragraphs[0], stamp.heading, bold=True)
    for text in (stamp.office, stamp.name, stamp.day):
        _write(cell.add_paragraph(), text)
        cell.paragraphs[-1].paragraph_format.space_before = Pt(6)


def _section(document: Any, section: Section) -> None:
    _paragraph(document, "")
    heading = _paragraph(document, section.heading, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.space_after = Pt(6)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    for one in section.tables:
        _rows(table, one)


def _rows(table: Any, one: Table) -> None:
    heading = _cells(table)
    for cell, text in zip(heading, (one.heading, RESULT), strict=True):
        _write(cell.paragraphs[0], text, italic=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in one.rows:
        title, result = _cells(table)
        _write(title.paragraphs[0], row.title)
        for place, text in enumerate(row.paragraphs):
            _write(result.paragraphs[0] if place == 0 else result.add_paragraph(), text)
        for cell in (title, result):
            cell.paragraphs[-1].paragraph_format.space_after = Pt(3)


def _cells(table: Any) -> Sequence[_Cell]:
    row = table.add_row()
    # python-docx has no public way to keep a row on one page.
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    cells: Sequence[_Cell] = row.cells
    for cell, width in zip(cells, _WIDTHS, strict=True):
        cell.width = width
        cell.paragraphs[0].paragraph_format.space_before = Pt(3)
    return cells


def _paragraph(document: Any, text: str, *, bold: bool = False, align: Any = None) -> Any:
    return _write(document.add_paragraph(), text, bold=bold, align=align)


def _write(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, align: Any = None) -> Any:
    run = paragraph.add_run(printable(text))
    run.bold, run.italic = bold, italic
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _page_number(paragraph: Any) -> None:
    """Put Word's PAGE field, which it computes itself."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run().element
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run.append(element)
