"""Use cases of reviews."""

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.fact import Date, Text
from expertise.applications import domain as applications
from expertise.applications.domain import Application
from expertise.applications.store import APPLICATIONS
from expertise.calls.store import CALLS
from expertise.conflicts.domain import matter_of
from expertise.conflicts.store import detect
from expertise.dates import has_happened
from expertise.fields import ApplicationId, PersonId
from expertise.hands import hand_of
from expertise.reviews import domain
from expertise.reviews.domain import MAY_ASSIGN, MAY_MARK, Mark, Review
from expertise.reviews.store import REVIEWS


class AssignExpert(Command):
    """Назначение эксперта на допущенную заявку."""

    application_id: ApplicationId
    expert_id: PersonId
    assigned_on: Date = Field(examples=["2018-03-21"])


class MarkFields(Command):
    """Оценка по критерию."""

    criterion: str = Field(min_length=1, max_length=40, examples=["novelty"])
    value: int = Field(examples=[71], description="В пределах шкалы отбора")
    comment: str | None = Field(default=None, max_length=4000, examples=["Подход новый для области"])


class MarkApplication(Command):
    """Оценки, выставленные к этому времени; недостающие можно добавить позже."""

    marks: tuple[MarkFields, ...] = Field(max_length=30, examples=[[{"criterion": "novelty", "value": 71}]])
    comment: str | None = Field(default=None, max_length=4000, examples=["Рекомендую к защите"])


class CompleteReview(Command):
    """Завершение рецензии."""

    completed_on: Date = Field(examples=["2018-03-28"])


class RecuseReview(Command):
    """Самоотвод эксперта."""

    reason: Text = Field(examples=["Родственница участницы коллектива"])
    recused_on: Date = Field(examples=["2018-03-22"])


async def assign_expert(command: AssignExpert, work: Work) -> Review:
    """Assign an expert to an admitted application.

    Raises: NotPermitted, ApplicationUnknown, ApplicationStateForbids, ExpertConflicted, AlreadyAssigned,
    DatesOutOfOrder, DateInFuture. Emits: expertise.expert.assigned.v1.
    """
    MAY_ASSIGN.require(work.caller, {})
    has_happened(command.assigned_on, work.today)
    application = await APPLICATIONS.get(work, command.application_id)
    noted = applications.assign(application, command.expert_id, on=command.assigned_on, hand=hand_of(work))
    conflicts = await detect(work.db, command.expert_id, matter_of(application), command.assigned_on)
    others = await REVIEWS.find(work, {"application_id": application.id})
    review = Review(id=work.new_id(), call_id=application.call_id, **command.model_dump())
    assigned, fact = domain.assign(review, others, conflicts)
    await APPLICATIONS.save(work, noted)
    return await REVIEWS.save(work, assigned, fact)


async def mark_application(change: Change[MarkApplication], work: Work) -> Review:
    """Put down marks, all of them or those known so far.

    Raises: ReviewUnknown, StaleVersion, NotPermitted, ApplicationStateForbids, ReviewFinished, CriteriaMismatch,
    MarkOutOfScale.
    """
    review, _ = await _own(change, work)
    call = await CALLS.get(work, review.call_id)
    marks = tuple(Mark(**item.model_dump()) for item in change.command.marks)
    return await REVIEWS.save(work, domain.mark(review, call, marks, comment=change.command.comment))


async def complete_review(change: Change[CompleteReview], work: Work) -> Review:
    """Finish a review; an interest that has come to light since the assignment bars it.

    Raises: ReviewUnknown, NotPermitted, ApplicationStateForbids, ReviewFinished, MarksMissing, ExpertConflicted,
    DatesOutOfOrder, DateInFuture. Emits: expertise.review.completed.v1.
    """
    review, application = await _own(change, work)
    on = change.command.completed_on
    has_happened(on, work.today)
    completed, fact = domain.complete(review, await CALLS.get(work, review.call_id), on=on)
    domain.without_conflicts(review.expert_id, await detect(work.db, review.expert_id, matter_of(application), on))
    noted = applications.note_review(application, review.expert_id, on=on, hand=hand_of(work))
    await APPLICATIONS.save(work, noted)
    return await REVIEWS.save(work, completed, fact)


async def recuse_review(change: Change[RecuseReview], work: Work) -> Review:
    """Step back from a review; the expert no longer sees the application.

    Raises: ReviewUnknown, NotPermitted, ApplicationStateForbids, ReviewFinished, DatesOutOfOrder, DateInFuture.
    """
    review, application = await _own(change, work)
    on = change.command.recused_on
    has_happened(on, work.today)
    recused = domain.recuse(review, reason=change.command.reason, on=on)
    await APPLICATIONS.save(work, applications.release(application, review.expert_id, on=on, hand=hand_of(work)))
    return await REVIEWS.save(work, recused)


async def _own(
    change: Change[MarkApplication] | Change[CompleteReview] | Change[RecuseReview], work: Work
) -> tuple[Review, Application]:
    review = await REVIEWS.load(work, change)
    MAY_MARK.require(work.caller, review)
    application = await APPLICATIONS.get(work, review.application_id)
    applications.in_state(application, "admitted")
    return review, application
