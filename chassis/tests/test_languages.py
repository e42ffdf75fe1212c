"""Which of the two languages a refusal is told in."""

import pytest

from chassis.problem import spoken


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "ru"),
        ("*", "ru"),
        ("de-DE, fr", "ru"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("de-DE, en;q=0.9", "en"),
        ("de-DE,ru;q=0.2,en;q=0.1", "ru"),
        ("ru;q=0.1, en", "en"),
        ("ru; q=0.300 , en ; q=0.301", "en"),
        ("en;q=0.5,ru;q=0.5", "en"),
        ("ru, en", "ru"),
        ("en;q=0", "ru"),
        ("en;q=0.000, de", "ru"),
        ("en;q=high", "ru"),
        ("english", "ru"),
        ("den, rus", "ru"),
        (",,en", "en"),
        ("é", "ru"),
    ],
)
def test_a_refusal_is_told_in_the_language_that_the_client_wants_more_and_else_in_russian(accepted, language):
    assert spoken(accepted) == language
