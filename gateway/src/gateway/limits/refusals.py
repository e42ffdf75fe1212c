"""What a client that asks too much is answered."""

from chassis.errors import Words
from chassis.problem import Problem
from gateway.limits.policies import Kind

_TITLE = Words("Слишком много запросов", "Too many requests")
_SECONDS = Words("Повторите через {seconds} с.", "Repeat in {seconds} s.")


def too_many_requests(kind: Kind, seconds: int) -> Problem:
    """Return the refusal of a request over the limit; `seconds` until the next window."""
    whose = (
        Words("С вашего сетевого адреса пришло слишком много запросов.", "Too many requests from your address.")
        if kind == "address"
        else Words("От вашего имени пришло слишком много запросов.", "Too many requests in your name.")
    )
    when = Words(*(words.format(seconds=seconds) for words in _SECONDS))
    detail = Words(f"{whose.ru} {when.ru}", f"{whose.en} {when.en}")
    return Problem(429, "too-many-requests", _TITLE, detail, headers={"Retry-After": str(seconds)})


def too_many_streams(most: int) -> Problem:
    """Return the refusal of one more stream beside as many as a caller may keep open."""
    detail = Words(
        f"Одновременно открытых потоков — не больше {most}. Закройте один из них.",
        f"At most {most} streams at once. Close one of them.",
    )
    title = Words("Слишком много открытых потоков", "Too many open streams")
    return Problem(429, "too-many-streams", title, detail, headers={"Retry-After": "10"})
