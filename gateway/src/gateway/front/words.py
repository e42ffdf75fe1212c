"""What a client is told whose request never became an exchange."""

import json
from functools import cache
from http import HTTPStatus

from chassis.problem import TYPE_ROOT, Problem


@cache
def last_words(problem: Problem) -> bytes:
    """Return a whole answer that closes the connection; in Russian: there is no language to be asked for."""
    told = {
        "type": TYPE_ROOT + problem.code,
        "title": problem.title.ru,
        "status": problem.status,
        "detail": problem.detail.ru,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    told_when = (problem.headers or {}).get("Retry-After")
    again = f"retry-after: {told_when}\r\n" if told_when else ""
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\ncontent-type: application/problem+json\r\n"
        f"x-content-type-options: nosniff\r\ncache-control: no-store\r\ncontent-length: {len(body)}\r\n{again}"
        "connection: close\r\n\r\n"
    )
    return head.encode() + body
