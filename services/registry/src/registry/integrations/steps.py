"""From what the broker holds of partners to what it must hold, in an order that never gives more than is granted.

First goes what is too much, accounts before all; then queues are made; an account comes last, and the right to enter
the virtual host is the last of its calls.
"""

from collections.abc import Iterator

from registry.integrations.topology import Account, Binding, Call, Mailbox, Place, Step, Topology

Steps = Iterator[Step]


def steps(wanted: Topology, found: Topology, place: Place) -> list[Step]:
    """Return what has to be done; nothing when all is as it must be."""
    return [
        *_accounts_to_end(wanted, found),
        *_policies(wanted, found, place),
        *_mailboxes(wanted, found, place),
        *_accounts_to_make(wanted, found, place),
        *_limits(wanted, found),
    ]


def _accounts_to_end(wanted: Topology, found: Topology) -> Steps:
    for name in sorted(found.accounts):
        if name not in wanted.accounts:
            yield Step(f"{name}: пользователь удалён, его соединения закрыты", (_end(name),))
        elif wanted.accounts[name] != found.accounts[name]:
            # A live connection remembers what it was once allowed: only the end of its user ends that for certain.
            yield Step(f"{name}: пароль или права были другими, соединения закрыты", (_end(name),))


def _accounts_to_make(wanted: Topology, found: Topology, place: Place) -> Steps:
    for name, account in sorted(wanted.accounts.items()):
        if found.accounts.get(name) != account:
            yield Step(f"{name}: пользователь с правами создан", tuple(_make(name, account, wanted, place)))


def _end(name: str) -> Call:
    return Call("DELETE", ("users", name))


def _make(name: str, account: Account, wanted: Topology, place: Place) -> Iterator[Call]:
    identity = {"password_hash": account.password_hash, "hashing_algorithm": account.hashing, "tags": ""}
    yield Call("PUT", ("users", name), identity)
    for topic in sorted(account.topics):
        patterns = {"exchange": topic.exchange, "write": topic.write, "read": topic.read}
        yield Call("PUT", ("topic-permissions", topic.vhost, name), patterns)
    for limit, value in wanted.limits[name].items():
        yield Call("PUT", ("user-limits", name, limit), {"value": value})
    for right in account.rights:
        patterns = {"configure": right.configure, "write": right.write, "read": right.read}
        yield Call("PUT", ("permissions", place.vhost, name), patterns)


def _limits(wanted: Topology, found: Topology) -> Steps:
    for name, account in sorted(wanted.accounts.items()):
        kept = found.accounts.get(name) == account
        if kept and (given := wanted.limits[name]) != (had := found.limits[name]):
            calls = [Call("PUT", ("user-limits", name, limit), {"value": value}) for limit, value in given.items()]
            calls += [Call("DELETE", ("user-limits", name, limit)) for limit in had.keys() - given.keys()]
            yield Step(f"{name}: пределы соединений и каналов восстановлены", tuple(calls))


def _policies(wanted: Topology, found: Topology, place: Place) -> Steps:
    for name in sorted(found.policies.keys() - wanted.policies.keys()):
        yield Step(f"{name}: политика удалена", (Call("DELETE", ("policies", place.vhost, name)),))
    for name, policy in sorted(wanted.policies.items()):
        if found.policies.get(name) != policy:
            size = policy["definition"]["max-length-bytes"]
            words = f"{name}: предел очереди {size} байт"
            yield Step(words, (Call("PUT", ("policies", place.vhost, name), policy),))


def _mailboxes(wanted: Topology, found: Topology, place: Place) -> Steps:
    for name in sorted(found.mailboxes.keys() - wanted.mailboxes.keys()):
        yield Step(f"{name}: очередь удалена", (_delete(name, place),))
    for name, mailbox in sorted(wanted.mailboxes.items()):
        present = found.mailboxes.get(name)
        if present and (present.kind, present.durable) == (mailbox.kind, mailbox.durable):
            yield from _bindings(name, mailbox, present, place)
        else:
            yield Step(f"{name}: очередь создана", tuple(_declare(name, mailbox, present, place)))


def _declare(name: str, mailbox: Mailbox, present: Mailbox | None, place: Place) -> Iterator[Call]:
    if present:
        yield _delete(name, place)
    arguments = {"durable": mailbox.durable, "auto_delete": False, "arguments": {"x-queue-type": mailbox.kind}}
    yield Call("PUT", ("queues", place.vhost, name), arguments)
    for binding in sorted(mailbox.bindings):
        yield _bind(name, binding, place)


def _bindings(name: str, mailbox: Mailbox, present: Mailbox, place: Place) -> Steps:
    for binding in sorted(present.bindings - mailbox.bindings):
        path = ("bindings", place.vhost, "e", binding.source, "q", name, binding.properties)
        words = f"{name}: больше не получает {binding.routing_key} из {binding.source}"
        yield Step(words, (Call("DELETE", path),))
    for binding in sorted(mailbox.bindings - present.bindings):
        words = f"{name}: получает {binding.routing_key} из {binding.source}"
        yield Step(words, (_bind(name, binding, place),))


def _bind(name: str, binding: Binding, place: Place) -> Call:
    path = ("bindings", place.vhost, "e", binding.source, "q", name)
    return Call("POST", path, {"routing_key": binding.routing_key})


def _delete(name: str, place: Place) -> Call:
    return Call("DELETE", ("queues", place.vhost, name))
