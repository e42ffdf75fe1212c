"""A refusal as a person in a browser reads it: where a service answers with pages, a problem document helps nobody."""

from chassis.problem import Problem
from gateway.html import page, tag
from gateway.shown import PAGE_POLICY

_AGAIN = {"ru": "Вернитесь на предыдущую страницу и повторите.", "en": "Go back and try again."}


def refusal_page(refusal: Problem, language: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return the headers of a page that tells the refusal, and the page; its code is there for the support desk."""
    title = getattr(refusal.title, language)
    parts = (
        tag("h1", title),
        tag("p", getattr(refusal.detail, language), class_="lead"),
        tag("p", _AGAIN[language]),
        tag("p", tag("code", refusal.code)),
    )
    written = page(title, "", tag("main", *parts, class_="catalogue"), language=language)
    return [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", PAGE_POLICY.encode())], written
