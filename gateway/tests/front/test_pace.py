"""How slow a client may be: the rules alone, at their bounds."""

from gateway.front.guard import Guard
from gateway.front.pace import Pace

GUARD = Guard(body_seconds=10, body_bytes=100, write_seconds=30, write_bytes=100)


def test_a_body_that_does_not_grow_is_waited_for_ten_seconds_and_not_longer():
    pace = Pace(GUARD)
    assert [pace.gives(5, now) for now in (1, 11, 11.5)] == [True, True, False]


def test_a_body_that_grows_by_enough_begins_its_time_anew_and_by_less_does_not():
    enough, less = Pace(GUARD), Pace(GUARD)
    assert [enough.gives(received, now) for received, now in ((0, 1), (100, 11), (100, 21), (100, 21.5))] == [
        True, True, True, False,
    ]  # fmt: skip
    assert [less.gives(received, now) for received, now in ((0, 1), (99, 11), (99, 11.5))] == [True, True, False]


def test_a_body_that_was_not_asked_for_meanwhile_has_its_whole_time_afterwards():
    pace = Pace(GUARD)
    assert pace.gives(0, 1)
    pace.rest()
    assert [pace.gives(0, now) for now in (100, 110, 110.5)] == [True, True, False]


def test_an_answer_that_is_not_taken_is_kept_for_thirty_seconds_and_not_longer():
    pace = Pace(GUARD)
    assert [pace.takes(500, now) for now in (1, 31, 31.5)] == [True, True, False]


def test_an_answer_of_which_enough_is_taken_or_more_is_added_is_kept_on():
    taken, added, less = Pace(GUARD), Pace(GUARD), Pace(GUARD)
    for pace, second in ((taken, 400), (added, 501)):
        assert [pace.takes(left, now) for left, now in ((500, 1), (second, 31), (second, 61), (second, 61.5))] == [
            True, True, True, False,
        ]  # fmt: skip
    assert [less.takes(left, now) for left, now in ((500, 1), (401, 31), (401, 31.5))] == [True, True, False]


def test_whoever_has_taken_all_has_the_whole_time_for_the_next_answer():
    pace = Pace(GUARD)
    assert pace.takes(500, 1)
    pace.took_all()
    assert [pace.takes(500, now) for now in (100, 130, 130.5)] == [True, True, False]
