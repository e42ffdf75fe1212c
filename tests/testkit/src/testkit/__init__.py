"""Real servers and processes for tests."""

from testkit.brokers import DedicatedBroker, Vhost, fresh_vhost
from testkit.databases import DedicatedMongo, fresh_database, late_once
from testkit.days import dated, today
from testkit.http import Answer, Client, running_service
from testkit.issuer import Issuer, running_issuer
from testkit.processes import Process, Processes, running_processes
from testkit.waiting import eventually

__all__ = [
    "Answer",
    "Client",
    "DedicatedBroker",
    "DedicatedMongo",
    "Issuer",
    "Process",
    "Processes",
    "Vhost",
    "dated",
    "eventually",
    "fresh_database",
    "fresh_vhost",
    "late_once",
    "running_issuer",
    "running_processes",
    "running_service",
    "today",
]
