"""What the Kubernetes manifests must say, checked without a cluster."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from tests.architecture.sources import SERVICES

from chassis import consumer, process
from chassis.settings import ServiceSettings
from gateway.settings import GatewaySettings
from reporting import delivering

Manifest = dict[str, Any]
UID = 10001
PROCESSES = {
    "migrate": ["migrate"],
    "api": ["serve", "--no-consume"],
    "worker": ["serve", "--no-http"],
    "relay": ["relay"],
}
OF_THE_GATEWAY = {"gateway": ["serve"], "gateway-migrate": ["migrate"], "gateway-worker": ["follow"]}
OF_REPORTING = {"reporting-deliver": ["deliver"]}
SECRET_KEYS = {"MONGO_URL", "RABBITMQ_URL"}
"""What the Secret of each process holds that reads it; every other required setting is in a ConfigMap."""
SLACK_SECONDS = 5
ENDING = {
    "api": process._GRACE_SECONDS,
    "worker": process._GRACE_SECONDS + consumer._STOP_SECONDS,
    "relay": ServiceSettings.model_fields["relay_publish_seconds"].default,
    "deliver": delivering.GRACE_SECONDS,
    "gateway": process._GRACE_SECONDS,
}
CUSTOM = ("keda.sh/", "monitoring.coreos.com/", "kustomize.config.k8s.io/")


def read(folder: Path) -> list[Manifest]:
    """Return every document that a kustomization lists as its own file, as far as it adds to their lists."""
    told = yaml.safe_load((folder / "kustomization.yaml").read_text())
    files = [folder / name for name in told["resources"] if (folder / name).is_file()]
    documents = [document for file in files for document in yaml.safe_load_all(file.read_text()) if document]
    for patch in told.get("patches", ()):
        wanted = patch["target"]
        for document in documents:
            if (document["kind"], document["metadata"]["name"]) == (wanted["kind"], wanted.get("name")):
                _append(document, yaml.safe_load(patch["patch"]))
    return documents


def _append(document: Manifest, steps: Sequence[Manifest]) -> None:
    for step in steps:
        if step["op"] == "add" and step["path"].endswith("/-"):
            place: Any = document
            for part in step["path"].strip("/").split("/")[:-1]:
                place = place[int(part)] if isinstance(place, list) else place[part]
            place.append(step["value"])


def _of(manifests: Sequence[Manifest], *kinds: str) -> Iterator[Manifest]:
    return (manifest for manifest in manifests if manifest["kind"] in kinds)


def _name(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def _pods(manifests: Sequence[Manifest], *kinds: str) -> Iterator[tuple[str, Manifest, Manifest]]:
    for manifest in _of(manifests, *(kinds or ("Deployment", "Job"))):
        pod = manifest["spec"]["template"]["spec"]
        yield from ((_name(manifest), pod, container) for container in pod["containers"])


def pods_are_confined(manifests: Sequence[Manifest]) -> list[str]:
    """Report a pod that could do more than its work: root, new privileges, a writable image, a token of the cluster."""
    found = []
    for name, pod, container in _pods(manifests):
        outer, inner = pod.get("securityContext", {}), container.get("securityContext", {})
        rules = {
            "runs as root": outer.get("runAsNonRoot") is True and outer.get("runAsUser") == UID,
            "has no seccomp profile": outer.get("seccompProfile") == {"type": "RuntimeDefault"},
            "has a token of the cluster": pod.get("automountServiceAccountToken") is False,
            "may gain privileges": inner.get("allowPrivilegeEscalation") is False,
            "has capabilities": inner.get("capabilities") == {"drop": ["ALL"]},
            "may write its image": inner.get("readOnlyRootFilesystem") is True,
        }
        found += [f"{name} {fault}" for fault, holds in rules.items() if not holds]
    return found


def pods_ask_for_what_they_need(manifests: Sequence[Manifest]) -> list[str]:
    """Report a container without requests, or whose memory could be taken away from it."""
    found = []
    for name, _, container in _pods(manifests):
        asked, limit = (container.get("resources", {}).get(key, {}) for key in ("requests", "limits"))
        if "cpu" not in asked or "memory" not in asked or asked["memory"] != limit.get("memory"):
            found.append(f"{name} asks for no cpu, or for other memory than its limit")
    return found


def doors_have_probes(manifests: Sequence[Manifest]) -> list[str]:
    """Report a process with HTTP and without its three probes; a relay has no HTTP.

    They ask at the operators' port where there is one: clients that hold all connections of theirs would otherwise
    have every pod killed, or taken out of the Service, one after the other.
    """
    wanted = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    found = []
    for name, _, container in _pods(manifests, "Deployment"):
        ports = {port["name"] for port in container.get("ports", ())}
        port = "admin" if "admin" in ports else "http"
        for probe, path in wanted.items() if container["name"] != "relay" else ():
            asked = container.get(probe, {}).get("httpGet", {})
            if (asked.get("path"), asked.get("port")) != (path, port):
                found.append(f"{name} has no {probe} at {path} of its port {port}")
    return found


def pods_are_given_time_to_end(manifests: Sequence[Manifest]) -> list[str]:
    """Report a pod killed before its process may have ended: the pause before the signal, then the process's own."""
    found = []
    for name, pod, container in _pods(manifests, "Deployment"):
        stop = container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
        needed = int(stop[1]) + _drain(manifests, container) + ENDING[container["name"]] + SLACK_SECONDS
        if pod.get("terminationGracePeriodSeconds", 30) < needed:
            found.append(f"{name} needs {needed:.0f} s to end")
        if container["name"] in ("api", "gateway") and needed == ENDING[container["name"]] + SLACK_SECONDS:
            found.append(f"{name} ends while requests are still sent to it")
    return found


def _drain(manifests: Sequence[Manifest], container: Manifest) -> int:
    return int(_told(manifests, container).get("GATEWAY_DRAIN_SECONDS", 0))


def _told(manifests: Sequence[Manifest], container: Manifest) -> dict[str, str]:
    names = [source["configMapRef"]["name"] for source in container["envFrom"] if "configMapRef" in source]
    maps = {manifest["metadata"]["name"]: manifest["data"] for manifest in _of(manifests, "ConfigMap")}
    return {key: value for name in names for key, value in maps.get(name, {}).items()}


def services_have_their_processes(manifests: Sequence[Manifest]) -> list[str]:
    """Report a process that is lacking, or started with other words or of another image."""
    pods = {name.split()[1]: container for name, _, container in _pods(manifests)}
    found = []
    wanted = {f"{service}-{role}": words for service in SERVICES for role, words in PROCESSES.items()}
    wanted |= OF_THE_GATEWAY | OF_REPORTING
    for name, words in wanted.items():
        container, image = pods.get(name, {}), f"technopark/{name.partition('-')[0]}"
        if (container.get("args"), container.get("image")) != (words, image):
            found.append(f"{name} does not run {' '.join(words)} of {image}")
    return found


def settings_are_known_and_complete(manifests: Sequence[Manifest]) -> list[str]:
    """Report a variable that no setting reads, and a required setting that nothing gives."""
    found = []
    for name, _, container in _pods(manifests):
        given = set(_told(manifests, container))
        model = GatewaySettings if container["name"] == "gateway" else ServiceSettings
        fields = {key.upper(): field for key, field in model.model_fields.items()}
        secret = SECRET_KEYS & fields.keys()
        if any("secretRef" in source for source in container["envFrom"]):
            given |= secret
        http = {"HTTP_HOST", "HTTP_PORT"}
        found += [f"{name} is told {key}, which nothing reads" for key in sorted(given - set(fields) - http)]
        needed = secret | {key for key, field in fields.items() if field.is_required()}
        found += [f"{name} is not told {key}" for key in sorted(needed - given)]
    return found


def autoscaled_deployments_name_no_replicas(manifests: Sequence[Manifest]) -> list[str]:
    """Report a Deployment whose size two places decide, or none."""
    scaled = {
        manifest["spec"]["scaleTargetRef"]["name"]
        for manifest in _of(manifests, "HorizontalPodAutoscaler", "ScaledObject")
    }
    return [
        f"{_name(manifest)} is sized by {'two places' if 'replicas' in manifest['spec'] else 'nobody'}"
        for manifest in _of(manifests, "Deployment")
        if (manifest["metadata"]["name"] in scaled) == ("replicas" in manifest["spec"])
    ]


def workers_scale_by_their_inbox(manifests: Sequence[Manifest]) -> list[str]:
    """Report a worker scaled to nothing, by another queue, or by a count that leaves out what is being worked on."""
    found = []
    for service in SERVICES:
        scaled = [m for m in _of(manifests, "ScaledObject") if m["metadata"]["name"] == f"{service}-worker"]
        trigger = scaled[0]["spec"]["triggers"][0]["metadata"] if scaled else {}
        said = (trigger.get("protocol"), trigger.get("excludeUnacknowledged"), trigger.get("queueName"))
        if said != ("http", "false", f"{service}.inbox") or scaled[0]["spec"].get("minReplicaCount", 0) < 1:
            found.append(f"{service}-worker is not scaled by {service}.inbox, over http, from one pod on")
    return found


def what_partners_tell_scales_its_worker_too(manifests: Sequence[Manifest]) -> list[str]:
    """Report a worker of transfer that a queue full of what partners told would not make more of."""
    told = {"protocol": "http", "vhostName": "partners", "queueName": "inbound", "excludeUnacknowledged": "false"}
    return [
        "transfer-worker is not scaled by the partners' queue"
        for scaled in _of(manifests, "ScaledObject")
        if scaled["metadata"]["name"] == "transfer-worker"
        and not any(told.items() <= trigger["metadata"].items() for trigger in scaled["spec"]["triggers"])
    ]


def whoever_measures_the_brokers_queues_reaches_it(manifests: Sequence[Manifest]) -> list[str]:
    """Report a process of the registry that cannot reach the management API: it would tell that the broker is silent.

    All with metrics, and the relay, which keeps the accounts.
    """
    wanted = {labels["app.kubernetes.io/component"] for labels in _labels(manifests, "registry")} - {"migrate"}
    for policy in _of(manifests, "NetworkPolicy"):
        ports = {port["port"] for rule in policy["spec"].get("egress", ()) for port in rule["ports"]}
        selector = policy["spec"]["podSelector"]
        if {15671, 15672} <= ports and selector.get("matchLabels") == {"app.kubernetes.io/name": "registry"}:
            wanted -= set(selector["matchExpressions"][0]["values"])
    return [f"registry-{component} does not reach the management API" for component in sorted(wanted)]


def _labels(manifests: Sequence[Manifest], service: str) -> list[dict[str, str]]:
    found = [each["spec"]["template"]["metadata"]["labels"] for each in _of(manifests, "Deployment")]
    return [labels for labels in found if labels["app.kubernetes.io/name"] == service]


def selectors_meet_their_pods(manifests: Sequence[Manifest]) -> list[str]:
    """Report a selector of a Deployment, Service or budget that meets no pod, and a Deployment without a budget."""
    pods = {m["metadata"]["name"]: m["spec"]["template"]["metadata"]["labels"] for m in _of(manifests, "Deployment")}
    found, kept = [], set()
    for manifest in _of(manifests, "Deployment", "Service", "PodDisruptionBudget"):
        selector = manifest["spec"]["selector"].get("matchLabels", manifest["spec"]["selector"])
        met = {name for name, labels in pods.items() if selector.items() <= labels.items()}
        if len(met) != 1:
            found.append(f"{_name(manifest)} selects {len(met)} Deployments")
        if manifest["kind"] == "PodDisruptionBudget":
            kept |= met
    return found + [f"Deployment {name} has no PodDisruptionBudget" for name in sorted(pods.keys() - kept)]


def secrets_are_named_never_contained(manifests: Sequence[Manifest]) -> list[str]:
    """Report a Secret, and a ConfigMap that holds one."""
    found = [f"{_name(manifest)} is committed" for manifest in _of(manifests, "Secret")]
    for manifest in _of(manifests, "ConfigMap"):
        for key, value in manifest["data"].items():
            if "PASSWORD" in key or "KEY" in key or "@" in value:
                found.append(f"{_name(manifest)} contains {key}")
    return found


def nothing_is_reachable_by_default(manifests: Sequence[Manifest]) -> list[str]:
    """Report a network where what is not said is allowed."""
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    return [] if any(m["spec"] == closed for m in _of(manifests, "NetworkPolicy")) else ["there is no default deny"]
