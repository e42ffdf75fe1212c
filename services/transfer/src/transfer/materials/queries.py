"""What clients see of materials. Materials are open to everyone signed in."""

from datetime import date

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from transfer.dates import within
from transfer.fields import IdFilter, YearFilter
from transfer.materials.store import MATERIALS


class MaterialView(View):
    """Информационно-методические материалы."""

    institution_id: str
    title: str
    event_id: str | None
    link: str | None
    issued_on: date


class MaterialSearch(PageRequest):
    """Какие материалы показать."""

    institution_id: IdFilter = None
    event_id: IdFilter = None
    year: YearFilter = None


async def material(reads: Reads, material_id: str) -> MaterialView:
    """Return one material. Raises: MaterialUnknown."""
    return MaterialView.model_validate(await MATERIALS.document(reads, material_id))


async def materials(reads: Reads, search: MaterialSearch) -> Page[MaterialView]:
    """Return materials, the latest first."""
    asked = search.model_dump(include={"institution_id", "event_id"}, exclude_none=True)
    where = {"issued_on": within(search.year), **asked}
    return await page(
        reads.db[MATERIALS.collection], where, search, MaterialView.model_validate, order=("issued_on", -1)
    )
