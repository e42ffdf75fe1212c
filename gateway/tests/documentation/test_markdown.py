"""What of Markdown the pages show, and as what."""

from html import escape
from xml.etree.ElementTree import tostring

import pytest

from gateway.html import Part
from gateway.markdown import Reading, blocks, slug, words


def html(parts: list[Part]) -> str:
    shown = (
        escape(part) if isinstance(part, str) else tostring(part, encoding="unicode", method="html") for part in parts
    )
    return "".join(shown).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("одно *слово*", "<p>одно <em>слово</em></p>"),
        ("первая\nвторая", "<p>перваявторая</p>"),
        ("- раз\n- два", "<ul><li>раз</li><li>два</li></ul>"),
        ("- раз\n\n- два", "<ul><li><p>раз</p></li><li><p>два</p></li></ul>"),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        ("```sh\nls <x>\n```", "<pre><code>ls &lt;x&gt;</code></pre>"),
        ("```text\nответ\n```", '<pre class="answer"><code>ответ</code></pre>'),
        ("[там](https://technopark.example/)", '<p><a href="https://technopark.example/">там</a></p>'),
        ("`/docs/events`", '<p><a href="/docs/events"><code>/docs/events</code></a></p>'),
        ("`/v1/me`", "<p><code>/v1/me</code></p>"),
    ],
)
def test_each_kind_of_text_becomes_the_element_for_it(text, shown):
    assert html(blocks(text)) == shown


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "слово <b onclick='x'>жирное</b>", "<!-- прочь -->"])
def test_markup_in_a_text_stays_text(text):
    shown = html(blocks(text))
    assert escape(text, quote=False) in shown
    assert "<script" not in shown
    assert "<b " not in shown


def test_the_lines_of_a_paragraph_stay_apart():
    assert "".join(part for part in words("первая\nвторая") if isinstance(part, str)) == "первая\nвторая"


def test_an_event_type_leads_to_its_page_where_types_are_known():
    told = "registry.institution.renamed.v1"
    link = f'<a href="/docs/events/{told}"><code>{told}</code></a>'
    assert html(words(f"`{told}`", [told])) == link
    assert html(blocks(f"`{told}`", Reading(types=[told]))) == f"<p>{link}</p>"
    assert html(words(f"`{told}`")) == f"<code>{told}</code>"


def test_a_link_to_what_has_no_place_keeps_its_words_alone():
    assert html(blocks("[глоссарий](glossary.md)", Reading(place=lambda _: None))) == "<p>глоссарий</p>"


def test_a_heading_can_be_led_to_by_the_name_that_forges_give_it():
    assert slug("Чужая правка: If-Match и 412") == "чужая-правка-if-match-и-412"
    assert html(blocks("## Как меняется API")) == '<h2 id="как-меняется-api">Как меняется API</h2>'
