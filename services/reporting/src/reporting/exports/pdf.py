"""A paper as PDF with embedded fonts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fpdf import FPDF

from reporting.exports.paper import RESULT, Paper, Section, StampBlock, Table

_LEFT, _RIGHT, _TOP, _BOTTOM = 25.0, 15.0, 20.0, 22.0
_SIZE, _SMALL, _LINE, _PADDING = 11.5, 7.5, 5.2, 1.5
_WIDTHS = (63.0, 107.0)
_WIDTH = sum(_WIDTHS)
_INNER = tuple(width - 2 * _PADDING for width in _WIDTHS)
_FACE = "report"
_WHOLE, _FEW = 14, 3
"""Lines of a row that is never torn; lines that stay together where a longer one is."""


class _Sheet(FPDF):
    """A4 pages with the draft mark above and the hash and the page number below."""

    def __init__(self, paper: Paper, fonts: Mapping[str, Path]) -> None:
        super().__init__(format="A4")
        self._paper = paper
        for style, path in fonts.items():
            self.add_font(_FACE, style, path)
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(True, margin=_BOTTOM)
        self.set_title(paper.title)
        self.set_lang("ru-RU")
        self.set_line_width(0.2)
        self.c_margin = 0

    def header(self) -> None:
        """Put the draft mark."""
        if self._paper.mark:
            self.set_font(_FACE, "B", _SIZE)
            self.set_y(10)
            self.cell(0, _LINE, self._paper.mark, align="R", new_x="LMARGIN", new_y="NEXT")
            self.set_y(_TOP)

    def footer(self) -> None:
        """Put the hash of the approved content and the page number."""
        self.set_font(_FACE, "", _SMALL)
        self.set_y(-15)
        if self._paper.footer:
            self.set_text_color(96)
            self.cell(0, 4, self._paper.footer, align="C", new_x="LMARGIN", new_y="NEXT")
            self.set_text_color(0)
        self.cell(0, 4, str(self.page_no()), align="C")

    @property
    def room(self) -> float:
        """Millimetres left on the page."""
        return float(self.h - _BOTTOM - self.get_y())


def write_pdf(paper: Paper, fonts: Mapping[str, Path]) -> bytes:
    """Return the paper as a PDF file; `fonts` are the regular, bold and italic faces by style letter."""
    sheet = _Sheet(paper, fonts)
    sheet.add_page()
    _stamps(sheet, paper)
    _text(sheet, paper.title, style="B", align="C")
    for section in paper.sections:
        _section(sheet, section)
    if paper.proposals:
        sheet.ln(_LINE)
        _text(sheet, paper.proposals)
    for heading, text in paper.addenda:
        sheet.ln(_LINE)
        _text(sheet, heading, style="B")
        _text(sheet, text)
    return bytes(sheet.output())


def _stamps(sheet: _Sheet, paper: Paper) -> None:
    top, width = sheet.get_y(), _WIDTH / 2
    ends = []
    for place, stamp in enumerate((paper.agreed, paper.approved)):
        sheet.set_xy(_LEFT + place * width, top)
        ends.append(_stamp(sheet, stamp, _LEFT + place * width, width - 6))
    sheet.set_xy(_LEFT, max(ends) + 2 * _LINE)


def _stamp(sheet: _Sheet, stamp: StampBlock, left: float, width: float) -> float:
    for style, text in (("B", stamp.heading), ("", stamp.office), ("", stamp.name), ("", stamp.day)):
        for line in _wrapped(sheet, [text], width, style):
            sheet.set_x(left)
            sheet.cell(width, _LINE, line, new_x="LMARGIN", new_y="NEXT")
        sheet.ln(1.5)
    return float(sheet.get_y())


def _text(sheet: _Sheet, text: str, *, style: str = "", align: str = "L") -> None:
    for line in _wrapped(sheet, [text], _WIDTH, style):
        sheet.cell(_WIDTH, _LINE, line, align=align, new_x="LMARGIN", new_y="NEXT")


def _section(sheet: _Sheet, section: Section) -> None:
    sheet.ln(_LINE)
    if sheet.room < 10 * _LINE:
        sheet.add_page()
    _text(sheet, section.heading, style="B", align="C")
    sheet.ln(2)
    for table in section.tables:
        _table(sheet, table)


def _table(sheet: _Sheet, table: Table) -> None:
    named = zip((table.heading, RESULT), _INNER, strict=True)
    headings = [_wrapped(sheet, [text], width, "I") for text, width in named]
    if sheet.room < 5 * _LINE:
        sheet.add_page()
    _row(sheet, headings, style="I", align="C")
    for row in table.rows:
        texts = ([row.title], row.paragraphs)
        _row(sheet, [_wrapped(sheet, text, width, "") for text, width in zip(texts, _INNER, strict=True)])


def _wrapped(sheet: _Sheet, texts: Sequence[str], width: float, style: str) -> list[str]:
    """Return the lines that paragraphs make in a column; words are torn at spaces and after hyphens."""
    sheet.set_font(_FACE, style, _SIZE)
    lines: list[str] = []
    for text in texts:
        lines.append("")
        for piece in _pieces(sheet, text, width):
            if lines[-1] and sheet.get_string_width((lines[-1] + piece).rstrip()) > width:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _pieces(sheet: _Sheet, text: str, width: float) -> Iterator[str]:
    """Yield what a line may end after; a word wider than the column is cut."""
    for piece in re.findall(r"[^\s-]*-+(?=\w)|\S+?-+(?=\w)|\S+\s*|\s+", " ".join(text.split())):
        while sheet.get_string_width(piece.rstrip()) > width:
            fitting = next(n for n in range(len(piece), 0, -1) if n == 1 or sheet.get_string_width(piece[:n]) <= width)
            yield piece[:fitting]
            piece = piece[fitting:]  # noqa: PLW2901 the rest of one word
        yield piece


def _row(sheet: _Sheet, columns: Sequence[list[str]], *, style: str = "", align: str = "L") -> None:
    """Draw a row: a short one whole on one page, a long one over as many pages as it needs."""
    height = max(len(lines) for lines in columns)
    if sheet.room < (height if height <= _WHOLE else _FEW) * _LINE + 2 * _PADDING:
        sheet.add_page()
    done = 0
    while done < height:
        fitting = max(1, int((sheet.room - 2 * _PADDING) // _LINE))
        if 0 < height - done - fitting < _FEW and fitting > _FEW:
            fitting = height - done - _FEW
        _piece(sheet, [lines[done : done + fitting] for lines in columns], style=style, align=align)
        done += fitting
        if done < height:
            sheet.add_page()


def _piece(sheet: _Sheet, columns: Sequence[list[str]], *, style: str, align: str) -> None:
    sheet.set_font(_FACE, style, _SIZE)
    top, left = sheet.get_y(), _LEFT
    height = max(len(lines) for lines in columns) * _LINE + 2 * _PADDING
    for lines, width in zip(columns, _WIDTHS, strict=True):
        sheet.rect(left, top, width, height)
        for place, line in enumerate(lines):
            sheet.set_xy(left + _PADDING, top + _PADDING + place * _LINE)
            sheet.cell(width - 2 * _PADDING, _LINE, line, align=align)
        left += width
    sheet.set_xy(_LEFT, top + height)
