"""The sample data: the seeds' own story, told through the gateway as its people would.

Every request carries an Idempotency-Key, so that an interrupted loading goes on where it stopped.
"""

from collections.abc import Callable

import aiohttp

from local_platform.accounts import Account
from local_platform.sample import council, institutions, irkutsk, passing_on, report, vologda
from local_platform.sample.story import Story


async def load(gateway_url: str, say: Callable[[str], None], *, administrator: Account) -> list[Account]:
    """Tell the whole story; return who can sign in. Raises: Obstacle with what the platform answered."""
    async with aiohttp.ClientSession() as http:
        story = Story(http, gateway_url)
        entered = await story.enter(administrator.login, administrator.password)
        say("учреждения, люди, статусы")
        await institutions.register(story, entered)
        await institutions.grant_statuses(story)
        await institutions.appoint(story)
        say("направления, отбор, заявка КСЦОН «Веста»")
        await irkutsk.directions(story)
        await irkutsk.open_call(story)
        await irkutsk.draft_application(story)
        await irkutsk.submit_and_admit(story)
        say("экспертиза и открытая защита")
        await council.form(story)
        await irkutsk.review(story)
        await council.defend_project(story)
        say("упаковка, банк, кластер, внедрение на площадках")
        await passing_on.package_of_vesta(story)
        await council.hear_practice(story)
        await passing_on.cluster(story)
        await passing_on.agree_replications(story)
        await passing_on.hand_over_seminar(story)
        await passing_on.attend(story)
        await passing_on.replicate(story)
        say("2023 год ресурсного центра в Вологде")
        await vologda.bank(story)
        await vologda.documents_and_agreements(story)
        await vologda.events_of_the_year(story)
        await vologda.work_of_the_year(story)
        await vologda.contests_of_the_year(story)
        say("годовой отчёт: согласован и утверждён")
        await report.draft(story)
        await report.declare_and_submit(story)
        await report.agree(story)
        await report.approve(story)
        return [administrator, *story.accounts]
