"""The sample data: the seeds' own story, told through the gateway as its people would.

Every request carries an Idempotency-Key, so that an interrupted loading goes on where it stopped.
"""

from collections.abc import Awaitable, Callable

import aiohttp

from local_platform.accounts import Account
from local_platform.sample import council, institutions, irkutsk, passing_on, report, underway, vologda
from local_platform.sample.story import Story

Step = Callable[[Story], Awaitable[None]]
CHAPTERS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("учреждения, люди, статусы", (institutions.register, institutions.grant_statuses, institutions.appoint)),
    (
        "направления, отбор, заявка КСЦОН «Веста»",
        (irkutsk.directions, irkutsk.open_call, irkutsk.draft_application, irkutsk.submit_and_admit, irkutsk.consult),
    ),
    (
        "экспертиза и открытая защита",
        (
            council.form,
            irkutsk.review,
            council.defend_with_remarks,
            irkutsk.answer_remarks,
            council.defend_again,
        ),
    ),
    (
        "упаковка, банк, кластер, внедрение на площадках",
        (
            passing_on.workshop,
            passing_on.package_of_vesta,
            council.hear_practice,
            passing_on.cluster,
            passing_on.agree_replications,
            passing_on.hand_over_seminar,
            passing_on.attend,
            passing_on.replicate,
        ),
    ),
    (
        "2023 год ресурсного центра в Вологде",
        (
            vologda.bank,
            vologda.documents_and_agreements,
            vologda.events_of_the_year,
            vologda.work_of_the_year,
            vologda.contests_of_the_year,
        ),
    ),
    (
        "годовой отчёт: согласован, утверждён, дополнен",
        (
            report.draft,
            report.declare_and_submit,
            report.agree,
            report.approve,
            report.supplement,
            institutions.extend_centre,
        ),
    ),
)
"""Titles shown while loading, and the steps in their order: what the seeds tell."""
TODAY: tuple[str, tuple[Step, ...]] = ("работа этих дней", (underway.begin,))


async def load(gateway_url: str, say: Callable[[str], None], *, administrator: Account) -> list[Account]:
    """Tell the whole story; return who can sign in. Raises: Obstacle with what the platform answered."""
    async with aiohttp.ClientSession() as http:
        story = Story(http, gateway_url)
        await story.enter(administrator.login, administrator.password)
        for title, steps in (*CHAPTERS, TODAY):
            say(title)
            for step in steps:
                await step(story)
        return [administrator, *story.accounts]
