"""How long the oldest event has waited, told from looks at a queue that hands out in order."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from registry.integrations.ageing import SHARE, STILL, Watched, looked

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAUSE = timedelta(seconds=30)


def looks(*seen: tuple[int, int], watched: Watched | None = None) -> Watched:
    """Look every half minute from noon on: what waits, and what was taken as the broker counts."""
    watched = watched or Watched(id="partner.omsk")
    for number, (waiting, taken) in enumerate(seen):
        watched = looked(watched, waiting=waiting, taken=taken, at=NOON + number * PAUSE)
    return watched


def test_of_a_partner_that_sleeps_the_oldest_waits_since_the_first_look_that_saw_it():
    assert looks((0, 7), (1, 7), (5, 7), (400, 7)).since == NOON + PAUSE


def test_in_an_empty_queue_nothing_waits_whatever_was_seen_before():
    assert looks((3, 0), (0, 3)).since is None
    assert looks((3, 0), (0, 0)).since is None, "dropped by the broker, not taken"


def test_when_the_oldest_is_taken_the_next_one_waits_since_it_was_seen_itself():
    first_two_then_one_more = [(2, 0), (3, 0)]
    assert looks(*first_two_then_one_more, (2, 1)).since == NOON
    assert looks(*first_two_then_one_more, (1, 2)).since == NOON + PAUSE
    assert looks(*first_two_then_one_more, (1, 3)).since == NOON + 2 * PAUSE


def test_a_partner_that_reads_slower_than_it_is_told_grows_older_behind():
    falling_behind = [(10 * n - 5 * n, 5 * n) for n in range(1, 41)]
    assert looks(*falling_behind).since == NOON + 20 * PAUSE


def test_a_partner_that_reads_all_that_comes_is_never_behind_by_more_than_a_look():
    assert looks(*[(3, 100 * n) for n in range(50)]).since == NOON + 49 * PAUSE


def test_a_restarted_broker_that_counts_anew_makes_nothing_younger():
    restarted = looks((2, 50), (3, 50), (3, 0))
    assert restarted.since == NOON
    assert looked(restarted, waiting=1, taken=2, at=NOON + 9 * PAUSE).since == NOON + PAUSE


def test_a_broker_that_forgets_a_part_of_what_it_counted_makes_nothing_younger():
    one_node_restarted = looks((2, 50), (3, 50), (3, 20))
    assert one_node_restarted.since == NOON
    taken_since = looks((2, 50), (3, 50), (2, 1))
    assert taken_since.since == NOON
    assert looked(taken_since, waiting=1, taken=2, at=NOON + 9 * PAUSE).since == NOON + PAUSE


def test_what_was_counted_as_taken_and_still_as_waiting_is_not_taken_twice():
    three_came_and_one_is_taken = [(1, 0), (2, 0), (3, 0), (3, 1), (2, 1)]
    assert looks(*three_came_and_one_is_taken).since == NOON + PAUSE
    assert looks(*three_came_and_one_is_taken, (2, 1)).since == NOON + PAUSE


def after(moments: list[timedelta], *seen: tuple[int, int]) -> Watched:
    """Look at these moments after noon."""
    watched = Watched(id="partner.omsk")
    for moment, (waiting, taken) in zip(moments, seen, strict=True):
        watched = looked(watched, waiting=waiting, taken=taken, at=NOON + moment)
    return watched


SECOND = timedelta(seconds=1)
TWO_CAME_AND_ONE_LEFT_UNCOUNTED = ((1, 0), (2, 0), (1, 0), (1, 0))


def test_what_left_uncounted_is_known_once_the_queue_has_been_still():
    shortly_before = [0 * SECOND, SECOND, 2 * SECOND, 2 * SECOND + STILL - SECOND]
    assert after(shortly_before, *TWO_CAME_AND_ONE_LEFT_UNCOUNTED).since == NOON
    in_time = [0 * SECOND, SECOND, 2 * SECOND, 2 * SECOND + STILL]
    assert after(in_time, *TWO_CAME_AND_ONE_LEFT_UNCOUNTED).since == NOON + SECOND


def test_what_comes_after_something_left_uncounted_is_numbered_behind_it():
    known = looks(*TWO_CAME_AND_ONE_LEFT_UNCOUNTED)
    assert known.since == NOON + PAUSE
    late = NOON + 9 * PAUSE
    known = looked(known, waiting=2, taken=0, at=late)
    assert known.since == NOON + PAUSE
    assert looked(known, waiting=1, taken=1, at=late + PAUSE).since == late


def test_a_count_that_comes_later_than_the_number_that_waits_is_not_counted_twice():
    moments = [n * SECOND for n in range(6)]
    assert after(moments, (1, 0), (2, 0), (3, 0), (2, 0), (2, 0), (2, 1)).since == NOON + SECOND


@pytest.mark.parametrize("seed", range(5))
def test_what_is_told_is_never_older_than_the_truth_and_younger_by_a_tenth_at_most(seed: int):
    chance = random.Random(seed)  # noqa: S311 a story, not a secret
    watched, arrivals, taken, now = Watched(id="partner.omsk"), [], 0, NOON
    for _ in range(3000):
        now += PAUSE
        arrivals += [now - chance.random() * PAUSE for _ in range(chance.choice((0, 0, 1, 3)))]
        arrivals.sort()
        taken = min(len(arrivals), taken + chance.choice((0, 0, 0, 1, 2)))
        watched = looked(watched, waiting=len(arrivals) - taken, taken=taken, at=now)
        if taken == len(arrivals):
            assert watched.since is None
        else:
            assert watched.since is not None
            told, true = now - watched.since, now - arrivals[taken]
            assert told <= true <= told + max(PAUSE, told / SHARE + PAUSE)
    assert len(watched.looks) < 150, "a queue that is far behind is remembered by few looks"
