"""Load the sample data once per data folder."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from local_platform.accounts import Account
from local_platform.plan import Plan
from local_platform.sample import load


async def sample_accounts(plan: Plan, *, remembered: Path, say: Callable[[str], None]) -> list[Account]:
    """Load the sample data through the gateway, unless it was done; answer who can sign in."""
    if not remembered.exists():
        accounts = await load(plan.gateway_url, say, administrator=plan.administrator)
        remembered.touch(mode=0o600)
        remembered.write_text(json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=2))
    return [Account(**row) for row in json.loads(remembered.read_text())]
