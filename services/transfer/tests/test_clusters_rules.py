from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from transfer.clusters import domain
from transfer.clusters.domain import (
    AttachedSite,
    Cluster,
    ClusterFull,
    MentorIsNoSite,
    ProgrammeStep,
    ProgrammeStepUnknown,
    SiteAlreadyAttached,
    SiteOutsideCluster,
    Visit,
)
from transfer.dates import DatesOutOfOrder

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
DAY = date(2018, 6, 11)


def cluster(sites: int = 0, *, limit: int = 4, **fields: Any) -> Cluster:
    attached = tuple(AttachedSite(institution_id=f"site-{number}", attached_on=DAY) for number in range(1, sites + 1))
    named: dict[str, Any] = {"id": "cluster-1", "practice_id": "practice-1", "mentor_institution_id": "srcn", **fields}
    return Cluster(**named, load_limit=limit, formed_on=date(2018, 6, 10), sites=attached)


def site(institution_id: str, on: date = DAY) -> AttachedSite:
    return AttachedSite(institution_id=institution_id, attached_on=on)


@pytest.mark.parametrize("sites", [0, 3])
def test_a_mentor_below_its_limit_takes_another_site(sites):
    attached, fact = domain.attach(cluster(sites), site("new"), now=NOW)
    assert (len(attached.sites), fact.site_institution_id) == (sites + 1, "new")


def test_the_fifth_site_over_a_limit_of_four_is_refused_with_the_reason():
    with pytest.raises(ClusterFull) as refused:
        domain.attach(cluster(4), site("site-5"), now=NOW)
    assert refused.value.say("ru")[1] == "Площадок у ментора: 4 при пределе 4. Ещё одну присоединить нельзя."


def test_a_site_is_attached_once_and_never_to_itself():
    with pytest.raises(SiteAlreadyAttached):
        domain.attach(cluster(1), site("site-1"), now=NOW)
    with pytest.raises(MentorIsNoSite):
        domain.attach(cluster(), site("srcn"), now=NOW)


def test_a_site_is_attached_on_the_day_of_the_cluster_at_the_earliest():
    domain.attach(cluster(), site("new", date(2018, 6, 10)), now=NOW)
    with pytest.raises(DatesOutOfOrder):
        domain.attach(cluster(), site("new", date(2018, 6, 9)), now=NOW)


def with_programme(steps: int) -> Cluster:
    return domain.set_programme(cluster(2), tuple(ProgrammeStep(title=f"Шаг {n}") for n in range(1, steps + 1)))


@pytest.mark.parametrize(("step", "known"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_visit_is_for_a_step_of_the_programme(step, known):
    made = Visit(institution_id="site-1", step=step, visited_on=DAY)
    if known:
        assert domain.visit(with_programme(4), made, now=NOW).visits == (made,)
    else:
        with pytest.raises(ProgrammeStepUnknown):
            domain.visit(with_programme(4), made, now=NOW)


def test_a_mentor_visits_only_sites_of_its_cluster():
    with pytest.raises(SiteOutsideCluster):
        domain.visit(with_programme(4), Visit(institution_id="site-9", step=1, visited_on=DAY), now=NOW)


def test_a_site_is_visited_from_the_day_it_is_attached():
    with pytest.raises(DatesOutOfOrder):
        domain.visit(with_programme(4), Visit(institution_id="site-1", step=1, visited_on=date(2018, 6, 10)), now=NOW)


def test_a_programme_keeps_the_steps_that_have_been_visited():
    visited = domain.visit(with_programme(4), Visit(institution_id="site-1", step=3, visited_on=DAY), now=NOW)
    steps = visited.programme
    assert len(domain.set_programme(visited, steps[:3]).programme) == 3
    with pytest.raises(ProgrammeStepUnknown):
        domain.set_programme(visited, steps[:2])


def test_the_previous_mentor_is_proposed_first_unless_overloaded():
    roomy = cluster(0, id="roomy", mentor_institution_id="vesta")
    previous = cluster(3, id="previous", mentor_institution_id="srcn")
    full = replace(cluster(4, id="full"), mentor_institution_id="umc")
    order = [
        found.cluster_id for found in domain.propose([roomy, full, previous], previous_mentors=frozenset({"srcn"}))
    ]
    assert order == ["previous", "roomy", "full"]
    overloaded = domain.propose([roomy, full, previous], previous_mentors=frozenset({"umc"}))
    assert [found.cluster_id for found in overloaded] == ["roomy", "previous", "full"]
