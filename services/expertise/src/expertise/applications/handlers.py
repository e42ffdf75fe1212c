"""Use cases of applications."""

from chassis.work import Change, Work
from expertise.applications import domain
from expertise.applications.admissibility import may_apply, may_be_submitted
from expertise.applications.commands import (
    AdmitApplication,
    DraftApplication,
    ReturnApplication,
    ReviseApplication,
    SignOpinion,
    SubmitApplication,
    WithdrawApplication,
)
from expertise.applications.domain import MAY_ADMIT, MAY_SIGN_OPINION, MAY_WRITE, Application, Opinion
from expertise.applications.store import APPLICATIONS, applicant
from expertise.calls.store import CALLS
from expertise.dates import has_happened
from expertise.directions.domain import takes_applications
from expertise.directions.store import DIRECTIONS
from expertise.hands import hand_of


async def draft_application(command: DraftApplication, work: Work) -> Application:
    """Begin an application of an institution that is eligible on the day.

    Raises: NotPermitted, CallUnknown, DirectionNotAgreed, InstitutionUnknown, KindNotEligible, NotEligible,
    DateInFuture.
    """
    MAY_WRITE.require(work.caller, {"institution_id": command.institution_id})
    has_happened(command.drafted_on, work.today)
    call = await CALLS.get(work, command.call_id)
    direction = await DIRECTIONS.get(work, call.direction_id)
    takes_applications(direction)
    known = await applicant(work.db, command.institution_id, command.team.content, command.drafted_on)
    may_apply(known, call.eligibility, on=command.drafted_on)
    application = Application(
        id=work.new_id(),
        call_id=call.id,
        direction_id=direction.id,
        institution_id=command.institution_id,
        scientific_supervisor_id=direction.supervisor.person_id,
        title=command.title,
        passport=command.passport.content,
        team=command.team.content,
    )
    return await APPLICATIONS.save(work, domain.draft(application, on=command.drafted_on, hand=hand_of(work)))


async def revise_application(change: Change[ReviseApplication], work: Work) -> Application:
    """Change the content. Raises: ApplicationUnknown, StaleVersion, NotPermitted, ApplicationStateForbids."""
    application, command = await _of_the_caller(change, work), change.command
    revised = domain.revise(
        application,
        title=command.title,
        passport=command.passport.content,
        team=command.team.content,
        hand=hand_of(work),
    )
    return await APPLICATIONS.save(work, revised)


async def submit_application(change: Change[SubmitApplication], work: Work) -> Application:
    """Submit an application, or submit it again after a return.

    Raises: ApplicationUnknown, NotPermitted, ApplicationStateForbids, DatesOutOfOrder, DateInFuture and what
    `may_be_submitted` refuses. Emits: expertise.application.submitted.v1.
    """
    application, on = await _of_the_caller(change, work), change.command.submitted_on
    has_happened(on, work.today)
    submitted, fact = domain.submit(application, on=on, hand=hand_of(work))
    call = await CALLS.get(work, application.call_id)
    direction = await DIRECTIONS.get(work, application.direction_id)
    known = await applicant(work.db, application.institution_id, application.team, on)
    may_be_submitted(application, call, direction, known, on=on)
    return await APPLICATIONS.save(work, submitted, fact)


async def return_application(change: Change[ReturnApplication], work: Work) -> Application:
    """Return an application for revision.

    Raises: NotPermitted, ApplicationUnknown, ApplicationStateForbids, ReturnsExhausted, DatesOutOfOrder, DateInFuture.
    Emits: expertise.application.returned.v1.
    """
    MAY_ADMIT.require(work.caller, {})
    application, command = await APPLICATIONS.load(work, change), change.command
    has_happened(command.returned_on, work.today)
    call = await CALLS.get(work, application.call_id)
    returned, fact = domain.send_back(
        application, call, remark=command.remark, on=command.returned_on, hand=hand_of(work)
    )
    return await APPLICATIONS.save(work, returned, fact)


async def admit_application(change: Change[AdmitApplication], work: Work) -> Application:
    """Admit an application to review and defence.

    Raises: NotPermitted, ApplicationUnknown, ApplicationStateForbids, DatesOutOfOrder, DateInFuture.
    Emits: expertise.application.admitted.v1.
    """
    MAY_ADMIT.require(work.caller, {})
    application = await APPLICATIONS.load(work, change)
    has_happened(change.command.admitted_on, work.today)
    admitted, fact = domain.admit(application, on=change.command.admitted_on, hand=hand_of(work))
    return await APPLICATIONS.save(work, admitted, fact)


async def withdraw_application(change: Change[WithdrawApplication], work: Work) -> Application:
    """Take an application back before its verdict.

    Raises: ApplicationUnknown, NotPermitted, ApplicationStateForbids, DatesOutOfOrder, DateInFuture.
    """
    application, command = await _of_the_caller(change, work), change.command
    has_happened(command.withdrawn_on, work.today)
    withdrawn = domain.withdraw(application, reason=command.reason, on=command.withdrawn_on, hand=hand_of(work))
    return await APPLICATIONS.save(work, withdrawn)


async def sign_opinion(change: Change[SignOpinion], work: Work) -> Application:
    """Sign the scientific supervisor's opinion.

    Raises: ApplicationUnknown, NotPermitted, ApplicationStateForbids, AlreadySigned, DatesOutOfOrder, DateInFuture.
    Emits: expertise.opinion.signed.v1.
    """
    application = await APPLICATIONS.load(work, change)
    MAY_SIGN_OPINION.require(work.caller, application)
    has_happened(change.command.signed_on, work.today)
    opinion = Opinion(supervisor_id=work.caller.subject, **change.command.model_dump())
    signed, fact = domain.sign_opinion(application, opinion, hand=hand_of(work))
    return await APPLICATIONS.save(work, signed, fact)


async def _of_the_caller(
    change: Change[ReviseApplication] | Change[SubmitApplication] | Change[WithdrawApplication], work: Work
) -> Application:
    application = await APPLICATIONS.load(work, change)
    MAY_WRITE.require(work.caller, application)
    return application
