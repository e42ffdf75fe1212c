"""Request bodies of the matters of seed 000, with what a test changes in them."""

from typing import Any

Json = Any

NIZOVTSEVA = "nizovtseva"
NINE = [f"member-{number}" for number in range(1, 10)]


def direction_body(**changes) -> Json:
    return {
        "title": "Работа с семьями СОП и ТЖС",
        "description": "Сопровождение семей, находящихся в социально опасном положении",
        "programme": "Институт полиформатного образования",
        "supervisor": {"person_id": NIZOVTSEVA, "name": "Низовцева О. В.", "degree": None},
        "proposed_on": "2018-01-20",
        **changes,
    }


def call_body(direction_id: str, **changes) -> Json:
    return {
        "direction_id": direction_id,
        "title": "Отбор инновационных проектов 2018 года",
        "opens_on": "2018-02-05",
        "closes_on": "2018-03-30",
        "criteria": [
            {"code": "novelty", "title": "Новизна", "weight": 60},
            {"code": "effect", "title": "Социальный эффект", "weight": 40},
        ],
        "scale": {"minimum": 0, "maximum": 100},
        "returns_limit": 2,
        "reviews_required": 2,
        "divergence_threshold": 20,
        **changes,
    }


def content_body(**changes) -> Json:
    return {
        "title": "Семейная гостиная «Разговор с будущим»",
        "passport": {
            "problem": "Семьи не получают своевременной помощи",
            "target_group": "Семьи, находящиеся в СОП и ТЖС",
            "novelty": "Семейная гостиная вместо разовых консультаций",
            "expected_result": "Снижение числа семей в СОП",
            "aim": "Создать систему встреч для семей с детьми",
        },
        "team": {"member_ids": [f"team-{number}" for number in range(1, 6)], "supervisor_id": "tutor"},
        **changes,
    }


def council_body(**changes) -> Json:
    return {
        "title": "Экспертный совет социального технопарка",
        "chair_id": "member-1",
        "members": [{"person_id": person_id, "name": f"Член совета {person_id[-1]}"} for person_id in NINE],
        "quorum": {"numerator": 2, "denominator": 3},
        "since": "2018-01-01",
        "until": "2020-12-31",
        **changes,
    }
