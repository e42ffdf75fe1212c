"""For whom a request is: the listener's own check, whatever looks at the headers behind it."""

import pytest

from gateway.front.refused import Refused, check_hosts


def test_a_request_is_for_one_host_that_is_the_name_of_one():
    check_hosts([b"g"])
    for hosts in ([], [b"g", b"g"], [b""], [b"g/v1"]):
        with pytest.raises(Refused, match="bad-request"):
            check_hosts(hosts)
