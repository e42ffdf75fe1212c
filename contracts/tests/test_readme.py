import re
from types import SimpleNamespace

from contracts.asyncapi import document
from contracts.catalogue import CATALOGUE
from contracts.envelope import PREFIX, Envelope
from contracts.publication import TABLE_END, TABLE_START
from contracts.streams import INBOUND, PUBLIC


def test_the_code_in_the_readme_reads_a_published_message(published):
    (code,) = re.findall(r"```python\n(.+?)```", (published / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    for event_type, message in document(PUBLIC)["components"]["messages"].items():
        (example,) = message["examples"]
        body = PUBLIC.models[event_type].model_validate(example["payload"]).model_dump_json().encode()
        names = {"message": SimpleNamespace(headers=example["headers"], body=body)}
        exec(code, names)  # noqa: S102 - this is what a partner would paste

        assert names["fact"] == PUBLIC.models[event_type].model_validate(example["payload"])


def test_the_readme_describes_every_header_of_a_fact(published):
    readme = (published / "README.md").read_text(encoding="utf-8")

    assert [name for name in Envelope.model_fields if f"`{PREFIX}{name}`" not in readme] == []


def test_the_table_in_the_readme_lists_every_type_once_in_the_order_of_the_catalogue(published):
    readme = (published / "README.md").read_text(encoding="utf-8")
    table = readme.partition(TABLE_START)[2].partition(TABLE_END)[0]

    assert re.findall(r"^\| `([a-z_.]+v\d+)` \|", table, re.MULTILINE) == [*CATALOGUE, *INBOUND.models]
