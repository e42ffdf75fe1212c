"""What the chapters of the sample data share: who acts, and the numbers of what they made."""

from dataclasses import dataclass, field

import aiohttp

from local_platform.accounts import Account
from local_platform.sample.visitor import Visitor

PASSWORD = "sample-technopark-2026"  # noqa: S105 of the sample data, shown to everybody who starts it
"""Of every sample account; production refuses to start with them."""


@dataclass
class Story:
    """The state of the telling: sample names such as `vesta` → ids given by the platform."""

    http: aiohttp.ClientSession
    gateway_url: str
    institutions: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    """Everything else: directions, applications, sessions, practices, reports."""
    visitors: dict[str, Visitor] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)

    def visitor(self, login: str) -> Visitor:
        """Return a signed-in person."""
        return self.visitors[login]

    async def enter(self, login: str, password: str) -> Visitor:
        """Sign a person in."""
        visitor = await Visitor(self.http, self.gateway_url, login, password).sign_in()
        self.visitors[login] = visitor
        return visitor
