"""The Kubernetes manifests, without a cluster: their schemas, and what a cluster would only show too late."""

import copy
import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import typer
import yaml
from tests.architecture import manifests as checks
from tests.architecture.manifests import CUSTOM, OF_REPORTING, OF_THE_GATEWAY, PROCESSES, Manifest, read
from tests.architecture.sources import PROJECT, SERVICES
from typer.testing import CliRunner

from chassis.process import command_line
from gateway.__main__ import cli as gateway
from reporting.__main__ import cli as reporting
from reporting.webhooks.addresses import EgressRules

KUBERNETES = PROJECT / "deploy" / "kubernetes"
BASE = read(KUBERNETES / "base")
FOLDERS = [path.parent for path in sorted(KUBERNETES.rglob("kustomization.yaml"))]
OVERLAYS = [folder for folder in FOLDERS if folder.parent.name == "overlays"]
OLDEST_CLUSTER = "1.29"

Spoil = Callable[[Manifest], Any]


def pod(manifest: Manifest) -> Manifest:
    found: Manifest = manifest["spec"]["template"]["spec"]
    return found


def box(manifest: Manifest) -> Manifest:
    found: Manifest = pod(manifest)["containers"][0]
    return found


CONTROLS: list[tuple[Callable[[list[Manifest]], list[str]], str, Spoil]] = [
    (checks.pods_are_confined, "registry-api", lambda m: pod(m)["securityContext"].update(runAsNonRoot=False)),
    (checks.pods_are_confined, "transfer-relay", lambda m: pod(m)["securityContext"].update(runAsUser=0)),
    (checks.pods_are_confined, "registry-migrate", lambda m: pod(m)["securityContext"].pop("seccompProfile")),
    (checks.pods_are_confined, "registry-api", lambda m: pod(m).pop("automountServiceAccountToken")),
    (checks.pods_are_confined, "gateway", lambda m: box(m)["securityContext"].update(readOnlyRootFilesystem=False)),
    (checks.pods_are_confined, "gateway", lambda m: box(m)["securityContext"].pop("allowPrivilegeEscalation")),
    (checks.pods_are_confined, "gateway", lambda m: box(m)["securityContext"].pop("capabilities")),
    (checks.pods_ask_for_what_they_need, "registry-api", lambda m: box(m)["resources"]["requests"].pop("cpu")),
    (checks.pods_ask_for_what_they_need, "registry-api", lambda m: box(m)["resources"]["limits"].update(memory="1Gi")),
    (checks.doors_have_probes, "registry-worker", lambda m: box(m).pop("readinessProbe")),
    (checks.doors_have_probes, "gateway", lambda m: box(m)["livenessProbe"]["httpGet"].update(path="/readyz")),
    (checks.doors_have_probes, "gateway", lambda m: box(m)["livenessProbe"]["httpGet"].update(port="http")),
    (checks.doors_have_probes, "gateway", lambda m: box(m)["startupProbe"]["httpGet"].update(port="http")),
    (checks.doors_have_probes, "registry-api", lambda m: box(m)["readinessProbe"]["httpGet"].update(port="admin")),
    (checks.pods_are_given_time_to_end, "registry-worker", lambda m: pod(m).update(terminationGracePeriodSeconds=45)),
    (checks.pods_are_given_time_to_end, "registry-api", lambda m: box(m).pop("lifecycle")),
    (checks.services_have_their_processes, "reporting-worker", lambda m: box(m).update(args=["serve"])),
    (checks.services_have_their_processes, "reporting-relay", lambda m: m["metadata"].update(name="relay")),
    (checks.services_have_their_processes, "transfer-api", lambda m: box(m).update(image="technopark/registry")),
    (checks.services_have_their_processes, "reporting-deliver", lambda m: box(m).update(args=["serve"])),
    (checks.services_have_their_processes, "gateway-worker", lambda m: box(m).update(args=["serve"])),
    (checks.settings_are_known_and_complete, "platform", lambda m: m["data"].update(HTTP_PROT="8000")),
    (checks.settings_are_known_and_complete, "platform", lambda m: m["data"].pop("OIDC_ISSUER")),
    (checks.settings_are_known_and_complete, "registry-api", lambda m: box(m)["envFrom"].pop()),
    (checks.settings_are_known_and_complete, "gateway", lambda m: box(m)["envFrom"].pop()),
    (checks.autoscaled_deployments_name_no_replicas, "registry-api", lambda m: m["spec"].update(replicas=2)),
    (checks.autoscaled_deployments_name_no_replicas, "registry-relay", lambda m: m["spec"].pop("replicas")),
    (checks.workers_scale_by_their_inbox, "registry-worker", lambda m: m["spec"].update(minReplicaCount=0)),
    (
        checks.workers_scale_by_their_inbox,
        "registry-worker",
        lambda m: m["spec"]["triggers"][0]["metadata"].update(excludeUnacknowledged="true"),
    ),
    (
        checks.what_partners_tell_scales_its_worker_too,
        "transfer-worker",
        lambda m: m["spec"]["triggers"][1]["metadata"].pop("vhostName"),
    ),
    (
        checks.whoever_measures_the_brokers_queues_reaches_it,
        "registry-to-rabbitmq-management",
        lambda m: m["spec"]["podSelector"]["matchExpressions"][0]["values"].remove("worker"),
    ),
    (checks.selectors_meet_their_pods, "registry", lambda m: m["spec"]["selector"].update(role="api")),
    (checks.selectors_meet_their_pods, "gateway", lambda m: m.update(kind="Nothing")),
    (checks.secrets_are_named_never_contained, "platform", lambda m: m.update(kind="Secret")),
    (checks.secrets_are_named_never_contained, "platform", lambda m: m["data"].update(MONGO_URL="mongodb://a:b@c/d")),
    (checks.nothing_is_reachable_by_default, "default-deny", lambda m: m["spec"].update(policyTypes=["Ingress"])),
]
CHECKS = list(dict.fromkeys(check for check, _, _ in CONTROLS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_manifests_keep_the_rule(check: Callable[[list[Manifest]], list[str]]) -> None:
    assert not check(BASE)


@pytest.mark.parametrize(("check", "name", "spoil"), CONTROLS, ids=lambda part: getattr(part, "__name__", None))
def test_a_spoiled_manifest_is_reported(check: Callable[[list[Manifest]], list[str]], name: str, spoil: Spoil) -> None:
    assert any(check(spoiled) for spoiled in _spoiled(name, spoil))


def _spoiled(name: str, spoil: Spoil) -> list[list[Manifest]]:
    """Each way to spoil one manifest of that name: a name stands for a Deployment, its scaling and its budget."""
    found = []
    for place, manifest in enumerate(BASE):
        if manifest["metadata"]["name"] == name:
            changed = copy.deepcopy(BASE)
            try:
                spoil(changed[place])
            except (KeyError, TypeError):
                continue
            found.append(changed)
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_manifest_fits_the_schema_of_its_kind(folder: Path) -> None:
    for manifest in read(folder):
        if not manifest["apiVersion"].startswith(CUSTOM):
            kubernetes_validate.validate(manifest, OLDEST_CLUSTER, strict=True)


def test_a_misspelt_field_does_not_fit_the_schema() -> None:
    manifest = copy.deepcopy(next(each for each in BASE if each["kind"] == "Deployment"))
    manifest["spec"]["replicsa"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, OLDEST_CLUSTER, strict=True)


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_a_first_rollout_has_all_that_migrations_need_applied_with_them(folder: Path) -> None:
    page = (PROJECT / "deploy" / "README.md").read_text(encoding="utf-8")
    (chosen,) = re.findall(r"kubectl apply -f release\.yaml -l '(\S+) in \((.+)\)'", page)
    every = [*BASE, *read(folder)]
    applied = [one for one in every if one["metadata"].get("labels", {}).get(chosen[0]) in chosen[1].split(", ")]
    migrations = [one for one in BASE if one["kind"] == "Job"]
    told = {
        source["configMapRef"]["name"]
        for job in migrations
        for source in box(job)["envFrom"]
        if "configMapRef" in source
    }
    wanted = {("Job", job["metadata"]["name"]) for job in migrations} | {("ConfigMap", name) for name in told}
    namespaces = {("Namespace", one["metadata"]["name"]) for one in every if one["kind"] == "Namespace"}
    assert len(namespaces) == 1
    assert {(one["kind"], one["metadata"]["name"]) for one in applied} == wanted | namespaces


def test_the_four_services_differ_in_their_names_only() -> None:
    texts = {(KUBERNETES / "base" / f"{name}.yaml").read_text().replace(name, "SERVICE") for name in SERVICES}
    assert len(texts) == 1


@pytest.mark.parametrize("words", PROCESSES.values(), ids=" ".join)
def test_a_process_is_started_with_words_that_the_command_line_knows(words: list[str]) -> None:
    assert run(*words, "--help") == 0
    assert run(*words, "--no-such-word", "--help") != 0


@pytest.mark.parametrize("words", OF_THE_GATEWAY.values(), ids=" ".join)
def test_a_process_of_the_gateway_is_started_with_words_that_its_command_line_knows(words: list[str]) -> None:
    assert CliRunner().invoke(gateway, [*words, "--help"]).exit_code == 0


@pytest.mark.parametrize("words", OF_REPORTING.values(), ids=" ".join)
def test_a_process_of_reporting_alone_is_started_with_words_that_its_command_line_knows(words: list[str]) -> None:
    assert CliRunner().invoke(reporting, [*words, "--help"]).exit_code == 0


def to_the_internet(manifests: list[Manifest]) -> dict[str, list[Manifest]]:
    """Return the blocks of addresses outside the cluster that a policy opens, by the component it opens them for."""
    found: dict[str, list[Manifest]] = {}
    for policy in (each for each in manifests if each["kind"] == "NetworkPolicy"):
        blocks = [to["ipBlock"] for rule in policy["spec"].get("egress", ()) for to in rule["to"] if "ipBlock" in to]
        if blocks:
            labels = policy["spec"]["podSelector"]["matchLabels"]
            found.setdefault(labels["app.kubernetes.io/component"], []).extend(blocks)
    return found


def test_only_deliveries_reach_the_internet_and_nothing_inside_by_it() -> None:
    opened = to_the_internet(BASE)
    assert opened.keys() == {"deliver"}
    rules = EgressRules()
    for block in opened["deliver"]:
        assert not any(rules.may_connect(refused.partition("/")[0]) for refused in block["except"])
    excepted = [ip_network(network) for block in opened["deliver"] for network in block["except"]]
    for inside in ("10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1", "100.64.0.1"):
        assert any(ip_address(inside) in network for network in excepted)


def run(*words: str) -> int:
    def wire() -> Any:
        raise typer.Abort

    return CliRunner().invoke(command_line(wire), list(words)).exit_code


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_an_overlay_names_a_version_of_every_image_and_patches_what_exists(folder: Path) -> None:
    overlay = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert {image["name"] for image in overlay["images"]} == {f"technopark/{name}" for name in (*SERVICES, "gateway")}
    assert all(image.get("newTag", "latest") != "latest" for image in overlay["images"])
    assert all((folder / name).exists() for name in (*overlay["resources"], *overlay.get("components", ())))
    for patch in overlay["patches"]:
        wanted = patch["target"]
        named = [m for m in BASE if m["kind"] == wanted["kind"] and wanted.get("name") in (None, m["metadata"]["name"])]
        assert named, wanted
        assert all(step["op"] == "add" or _exists(named, step["path"]) for step in yaml.safe_load(patch["patch"]))


def _exists(manifests: list[Manifest], path: str) -> bool:
    for manifest in manifests:
        found: Any = manifest
        for part in path.strip("/").split("/"):
            found = found[int(part)] if isinstance(found, list) else found.get(part)
            if found is None:
                return False
    return True
