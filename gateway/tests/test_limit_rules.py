"""Windows, shares and policies: pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.policies import RATE_CLASSES, Policy, rate_classes
from gateway.limits.windows import AGAIN_SECONDS, SHARES, Lease, Window, share

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def lease(granted: int, left: int, *, seconds: float = 60, window: datetime = NOON) -> Lease:
    return Lease(window=window, seconds=seconds, granted=granted, left=left)


def test_a_window_that_nobody_has_filled_neither_admits_nor_refuses():
    assert Window().take(0) is None


def test_a_window_admits_as_many_as_its_tokens_and_refuses_the_next():
    window = Window()
    window.fill(lease(2, 0), sent=100)
    assert [window.take(100) for _ in range(3)] == [True, True, False]


def test_a_window_without_tokens_asks_again_while_something_is_left_in_the_store():
    window = Window()
    window.fill(lease(1, 5), sent=100)
    assert window.take(100) is True
    assert window.take(100) is None


def test_tokens_last_to_the_end_of_their_window_and_not_a_moment_longer():
    window = Window()
    window.fill(lease(9, 0, seconds=10), sent=100)
    assert window.take(109.999) is True
    assert window.take(110) is None


def test_a_spent_window_refuses_to_its_end_and_is_then_filled_again():
    window = Window()
    window.fill(lease(0, 0, seconds=10), sent=100)
    assert window.take(109.999) is False
    assert window.take(110) is None


def test_a_second_lease_of_the_same_window_adds_and_one_of_the_next_window_replaces():
    window = Window()
    window.fill(lease(3, 7), sent=100)
    window.fill(lease(2, 5), sent=101)
    assert (window.tokens, window.left, window.remaining) == (5, 5, 10)
    window.fill(lease(4, 6, window=NOON + timedelta(minutes=1)), sent=161)
    assert (window.tokens, window.left) == (4, 6)


def test_a_later_answer_of_the_store_never_shortens_the_window_it_is_about():
    window = Window()
    window.fill(lease(1, 0, seconds=60), sent=100)
    window.fill(lease(1, 0, seconds=58), sent=100.5)
    assert window.end == 160
    window.fill(lease(1, 0, seconds=59.75), sent=101)
    assert window.end == 160.75


def test_alone_a_replica_first_grants_what_was_left_and_in_the_next_window_the_whole_limit():
    window, policy = Window(), Policy(10, 60)
    window.fill(lease(1, 4), sent=100)
    assert window.take(100)
    window.go_on_alone(policy, 101)
    assert [window.take(101) for _ in range(5)] == [True, True, True, True, False]
    window.go_on_alone(policy, 102)
    assert window.take(102) is False
    window.go_on_alone(policy, 160)
    assert [window.take(160.9) for _ in range(11)] == [True] * 10 + [False]
    window.go_on_alone(policy, 219.9)
    assert window.take(219.9) is False
    assert window.take(220) is None
    window.go_on_alone(policy, 220)
    assert window.take(220) is True


def test_alone_a_replica_asks_again_after_a_second_and_not_before():
    window = Window()
    window.go_on_alone(Policy(10, 60), 100)
    assert window.take(100 + AGAIN_SECONDS - 0.001) is True
    assert window.take(100 + AGAIN_SECONDS) is None


def test_what_was_admitted_alone_is_taken_off_the_lease_that_comes_then():
    window = Window()
    window.go_on_alone(Policy(10, 60), 100)
    assert [window.take(100) for _ in range(3)] == [True] * 3
    assert window.owed == 3
    window.fill(lease(5, 0), sent=101)
    assert window.owed == 0
    assert [window.take(101) for _ in range(3)] == [True, True, False]


def test_what_was_admitted_alone_beyond_a_lease_is_not_owed_twice():
    window = Window()
    window.go_on_alone(Policy(10, 60), 100)
    assert all(window.take(100) for _ in range(8))
    window.fill(lease(2, 4), sent=101)
    assert (window.tokens, window.owed, window.take(101)) == (0, 0, None)
    window.fill(lease(1, 3), sent=102)
    assert window.take(102) is True


def test_what_was_admitted_alone_in_a_window_that_is_over_is_owed_to_nobody():
    window, policy = Window(), Policy(10, 60)
    for begun in (100, 160):
        window.go_on_alone(policy, begun)
        assert all(window.take(begun) for _ in range(3))
    assert window.owed == 3
    window.fill(lease(5, 0), sent=161)
    assert window.tokens == 2


def test_tokens_leased_before_a_silence_are_used_before_those_granted_alone():
    window = Window()
    window.fill(lease(3, 5), sent=100)
    window.go_on_alone(Policy(10, 60), 101)
    assert [window.take(101) for _ in range(3)] == [True] * 3
    assert window.owed == 0
    assert window.take(101) is True
    assert window.owed == 1
    window.fill(lease(2, 3), sent=101.5)
    assert (window.tokens, window.left) == (1, 3)


def test_a_debt_of_a_window_that_is_over_is_forgotten():
    window = Window()
    window.fill(lease(0, 5), sent=100)
    window.go_on_alone(Policy(10, 60), 101)
    assert window.take(101) is True
    window.fill(lease(4, 6, window=NOON + timedelta(minutes=1)), sent=161)
    assert (window.tokens, window.left) == (4, 6)


@pytest.mark.parametrize(("left", "taken"), [(0, 0), (1, 1), (SHARES, 1), (SHARES + 1, 2), (600, 75)])
def test_a_share_shrinks_to_single_tokens_near_the_end(left: int, taken: int):
    assert share(left, 1) == taken


@given(st.integers(0, 5000), st.integers(1, 300))
def test_a_share_never_exceeds_what_is_left_and_serves_those_who_wait_while_it_can(left: int, wanted: int):
    taken = share(left, wanted)
    assert min(left, wanted) <= taken <= left


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 20)), min_size=1, max_size=200), st.integers(1, 500))
def test_replicas_that_take_shares_of_one_count_never_admit_more_than_the_limit(
    asks: list[tuple[int, int]], limit: int
):
    replicas, left, admitted = [Window() for _ in range(4)], limit, 0
    for number, requests in asks:
        for _ in range(requests):
            window = replicas[number]
            while (answer := window.take(1)) is None:
                granted = share(left, 1)
                left -= granted
                window.fill(lease(granted, left), sent=0)
            admitted += answer
    assert admitted <= limit
    assert admitted + sum(window.tokens for window in replicas) + left == limit
    asked = sum(requests for _, requests in asks)
    assert admitted == asked or left == 0


@given(st.lists(st.tuples(st.floats(0, 300), st.integers(1, 40)), min_size=1, max_size=60), st.integers(1, 50))
def test_alone_no_window_of_a_replica_admits_more_than_the_limit(calls: list[tuple[float, int]], limit: int):
    window, policy, admitted = Window(), Policy(limit, 60), dict[float, int]()
    for now, requests in sorted(calls):
        for _ in range(requests):
            answer = window.take(now)
            if answer is None:
                window.go_on_alone(policy, now)
                answer = window.take(now)
            admitted[window.end] = admitted.get(window.end, 0) + bool(answer)
    assert max(admitted.values()) <= limit


def test_an_operator_changes_one_number_and_the_others_stay():
    changed = rate_classes({"read": {"subject": (1200, 30)}})
    default = {each.name: each for each in RATE_CLASSES}
    assert changed["read"].policies["subject"] == Policy(1200, 30)
    assert changed["read"].policies["address"] == default["read"].policies["address"]
    assert changed["write"] == default["write"]


def test_a_factor_multiplies_every_limit_and_none_falls_below_one():
    doubled, tiny = rate_classes({}, factor=2), rate_classes({}, factor=0.0001)
    for each in RATE_CLASSES:
        for kind, policy in each.policies.items():
            assert doubled[each.name].policies[kind].limit == 2 * policy.limit
            assert tiny[each.name].policies[kind].limit == 1


def test_sign_in_is_the_strictest_of_all_by_address():
    limits = {each.name: each.policies["address"].limit for each in RATE_CLASSES}
    assert limits["sign-in"] == min(limits.values())
    assert limits["sign-in"] < limits["token"] < limits["read"]


@pytest.mark.parametrize("numbers", [(0, 60), (1, 0), (1, 86_401), (-1, 60)])
def test_a_limit_that_admits_nothing_or_has_no_end_is_refused(numbers: tuple[int, int]):
    with pytest.raises(ValueError, match="not a limit"):
        rate_classes({"read": {"address": numbers}})


@pytest.mark.parametrize("numbers", [(1, 1), (1, 86_400)])
def test_the_smallest_and_the_longest_limit_are_accepted(numbers: tuple[int, int]):
    assert rate_classes({"read": {"address": numbers}})["read"].policies["address"] == Policy(*numbers)


def test_a_rate_class_that_no_row_can_name_is_refused():
    with pytest.raises(ValueError, match="there is no rate class reads"):
        rate_classes({"reads": {"address": (1, 1)}})
