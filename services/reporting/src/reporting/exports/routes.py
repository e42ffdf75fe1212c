"""HTTP doors of exports."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from chassis.conditional import unmodified, weak_etag
from chassis.door import Door, Id
from reporting.exports.fonts import family
from reporting.exports.paper import Paper, paper_of
from reporting.exports.pdf import write_pdf
from reporting.exports.word import write_word
from reporting.reports.queries import visible_report
from reporting.reports.store import entries_of
from reporting.templates.library import template_of

router = APIRouter(prefix="/v1/reports/{report_id}", tags=["Отчёты"])
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
_CHUNK = 64 * 1024


def _font_folder(request: Request) -> Path | None:
    found: Path | None = request.app.state.report_font_folder
    return found


@router.get(
    "/document.docx",
    response_class=StreamingResponse,
    responses={200: {"content": {WORD: {"schema": {"type": "string", "format": "binary"}}}}},
    summary="Отчёт в DOCX",
)
async def word(report_id: Id, door: Door, request: Request) -> Response:
    """По форме: грифы, критерии, показатели, предложения, дополнения; до утверждения — с пометкой ПРОЕКТ."""
    paper = await _paper(door, report_id)
    return unmodified(request, _tag(paper)) or _file(await asyncio.to_thread(write_word, paper), paper, WORD, "docx")


@router.get(
    "/document.pdf",
    response_class=StreamingResponse,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
    summary="Отчёт в PDF",
)
async def pdf(
    report_id: Id, door: Door, request: Request, folder: Annotated[Path | None, Depends(_font_folder)]
) -> Response:
    """То же содержание, что в DOCX, со встроенным шрифтом."""
    paper = await _paper(door, report_id)
    fonts = family(folder)
    return unmodified(request, _tag(paper)) or _file(
        await asyncio.to_thread(write_pdf, paper, fonts), paper, PDF, "pdf"
    )


async def _paper(door: Door, report_id: str) -> Paper:
    report = await visible_report(door.reads, report_id)
    entries = await entries_of(door.reads.db, report)
    return paper_of(report, entries, template_of(report.template, report.edition))


def _tag(paper: Paper) -> str:
    """Weak: two files of one content differ in the moment they were written."""
    return weak_etag(repr(paper).encode())


def _file(content: bytes, paper: Paper, media_type: str, ending: str) -> StreamingResponse:
    name = f"attachment; filename=\"report.{ending}\"; filename*=UTF-8''{quote(f'{paper.file_name}.{ending}')}"
    headers = {"Content-Disposition": name, "Content-Length": str(len(content)), "ETag": _tag(paper)}
    return StreamingResponse(_chunks(content), media_type=media_type, headers=headers)


def _chunks(content: bytes) -> Iterator[bytes]:
    return (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))
