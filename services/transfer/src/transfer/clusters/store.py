"""Clusters in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from transfer.clusters.domain import Cluster, ClusterUnknown, SiteOutsideCluster

CLUSTERS = Aggregates(
    Cluster,
    collection="clusters",
    missing=lambda cluster_id: ClusterUnknown(cluster_id=cluster_id),
    indexes=[
        Index([("practice_id", 1), ("mentor_institution_id", 1)], {"unique": True}),
        Index([("mentor_institution_id", 1), ("_id", 1)]),
        Index([("sites.institution_id", 1), ("_id", 1)]),
    ],
)


async def cluster_with(
    work: Work, practice_id: str, *, mentor_institution_id: str, site_institution_id: str
) -> Cluster:
    """Return the mentor's cluster for a practice that the site is in. Raises: SiteOutsideCluster."""
    where = {"practice_id": practice_id, "mentor_institution_id": mentor_institution_id}
    for cluster in await CLUSTERS.find(work, where):
        if cluster.has_site(site_institution_id):
            return cluster
    raise SiteOutsideCluster(institution_id=site_institution_id)
