"""What operators see of all this, by service; kept where it changes or read when it is asked for, never per request."""

from prometheus_client import Counter, Gauge

BREAKER = Gauge("gateway_breaker_state", "0 closed, 1 half-open, 2 open", ["upstream"])
TURNS = Counter("gateway_breaker_transitions_total", "Changes of a breaker's state", ["upstream", "to"])
IN_FLIGHT = Gauge("gateway_in_flight", "Exchanges a service is at work on", ["upstream", "bulkhead"])
SHED = Counter("gateway_shed_total", "Requests turned away because too many were in flight", ["upstream", "bulkhead"])
RETRIES = Counter(
    "gateway_retries_total",
    "Second attempts: answered or failed; not begun: no-budget, no-time",
    ["upstream", "outcome"],
)
BUDGET = Gauge("gateway_retry_budget_left", "Second attempts that may be begun now", ["upstream"])
DEADLINES = Counter("gateway_deadline_exceeded_total", "Exchanges that were not over in time", ["upstream"])


def begin(upstream: str) -> None:
    """Show zeros for what has not happened yet: an alert on a growth needs a series to grow."""
    DEADLINES.labels(upstream)
    for to in ("open", "half-open", "closed"):
        TURNS.labels(upstream, to)
    for bulkhead in ("short", "files", "sign-ins"):
        SHED.labels(upstream, bulkhead)
    for outcome in ("answered", "failed", "no-budget", "no-time"):
        RETRIES.labels(upstream, outcome)
