"""The report on paper, as an official receives it."""

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from reporting.exports.fonts import FontMissing, family

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STAMPS = ("СОГЛАСОВАНО:", "УТВЕРЖДАЮ:", "И. О. директора", "Н. Л. Веревокина", "Н. Л. Рындин", "«15» 01 2024 года")
PHRASES = (
    *STAMPS,
    "по теме: «Социальное проектирование в организациях социального обслуживания» в 2023 году",
    "Критерий «Социально-экономическая значимость деятельности ОМП»",
    "Качественные показатели",
    "Количественные показатели",
    "Результативность",
    "Всего организовано и проведено 5 мероприятий:",
    "- повышение квалификации по специальности (4 чел.);",
    "В течение 2023 года заключено 7 договоров о сотрудничестве (всего – 18) и дополнительных соглашений к ним – 1",
    "Предложения: в 2024 году необходимо продолжить деятельность",
)


def words_of_docx(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    page = document.sections[0]
    around = [paragraph.text for part in (page.header, page.footer) for paragraph in part.paragraphs]
    return " ".join(" ".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *around]).split())


def words_of_pdf(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


READERS = {"docx": (words_of_docx, WORD), "pdf": (words_of_pdf, "application/pdf")}


@pytest.mark.parametrize("ending", ["docx", "pdf"])
async def test_the_approved_report_reads_like_the_form(approved, readers, ending):
    words_of, media_type = READERS[ending]
    answer = await readers.curator.get(f"{approved.path}/document.{ending}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == media_type
    assert "filename*=UTF-8''%D0%9E%D1%82%D1%87%D0%B5%D1%82%202023" in answer.headers["Content-Disposition"]
    words = words_of(answer.body)
    assert [phrase for phrase in PHRASES if phrase not in words] == []
    assert str((await approved.shown())["content_hash"]) in words
    assert "ПРОЕКТ" not in words


@pytest.mark.parametrize("ending", ["docx", "pdf"])
async def test_a_draft_is_marked_and_an_addendum_follows_the_proposals(drafted, ending):
    words_of, _ = READERS[ending]
    path = f"{drafted.path}/document.{ending}"
    draft = words_of((await drafted.people.author.get(path)).body)
    assert "ПРОЕКТ" in draft
    assert "SHA-256" not in draft
    await drafted.through_approval()
    (await drafted.supplement("Стал известен результат: победа", "2024-02-20")).expect(201)
    words = words_of((await drafted.people.author.get(path)).body)
    assert words.index("Предложения:") < words.index("Дополнение № 1 от 20.02.2024 Стал известен результат: победа")


@pytest.mark.parametrize("ending", ["docx", "pdf"])
async def test_a_file_that_the_client_has_is_not_written_again(drafted, ending):
    author, path = drafted.people.author, f"{drafted.path}/document.{ending}"
    first = await author.get(path)
    again = await author.get(path, headers={"If-None-Match": first.etag})
    assert (again.status, again.body, again.etag) == (304, b"", first.etag)
    await drafted.through_approval()
    assert (await author.get(path, headers={"If-None-Match": first.etag})).status == 200


async def test_the_indicators_stand_in_the_tables_in_the_order_of_the_form(approved, readers):
    answer = await readers.curator.get(f"{approved.path}/document.docx")
    tables = Document(io.BytesIO(answer.body)).tables
    shown = await approved.shown()
    titles = [row.cells[0].text for table in tables[1:] for row in table.rows]
    headings = {"Качественные показатели", "Количественные показатели"}
    assert [title for title in titles if title not in headings] == [row["title"] for row in shown["indicators"]]
    dashes = [row.cells[0].text for table in tables[1:] for row in table.rows if row.cells[1].text == "-"]
    assert len(dashes) == 3


async def test_the_pdf_carries_its_own_fonts(approved, readers):
    answer = await readers.curator.get(f"{approved.path}/document.pdf")
    page: Any = PdfReader(io.BytesIO(answer.body)).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    for font in fonts:
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in descendant["/FontDescriptor"].get_object()


async def test_a_very_long_text_flows_over_several_pages(drafted):
    (await drafted.say({"key": "personal.q.motivation", "text": "Очень длинный рассказ о работе. " * 120})).expect(200)
    answer = await drafted.people.author.get(f"{drafted.path}/document.pdf")
    assert words_of_pdf(answer.body).count("длинный") == 120


@pytest.mark.parametrize("ending", ["docx", "pdf"])
async def test_signs_that_no_document_can_hold_are_left_out_of_it(drafted, ending):
    words_of, _ = READERS[ending]
    (await drafted.say(proposals="Вернуться\x00 к\x0b теме\ufffe «Проекты»")).expect(200)
    answer = await drafted.people.author.get(f"{drafted.path}/document.{ending}")
    assert answer.status == 200
    assert "Вернуться к теме «Проекты»" in words_of(answer.body)


async def test_another_institution_gets_no_document(approved, readers):
    assert (await readers.stranger.get(f"{approved.path}/document.pdf")).status == 404


def test_a_font_folder_without_fonts_is_named_in_the_error(tmp_path: Path):
    with pytest.raises(FontMissing, match="regular"):
        family(tmp_path)
