"""HTTP doors of people."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.people import queries
from registry.people.handlers import CorrectPerson, EnterPerson, correct_person, enter_person
from registry.people.queries import PeopleSearch, PersonView

router = APIRouter(prefix="/v1/people", tags=["Люди"])


@router.post("", status_code=201, response_model=PersonView, summary="Внести человека в реестр")
async def enter(body: EnterPerson, door: Door) -> Response:
    """Вносит куратор или администратор. Персональные данные не покидают реестр."""
    return await door.run(enter_person, body, PersonView, status=201)


@router.get("", response_model=Page[PersonView], summary="Список людей")
async def listing(door: Door, search: Annotated[PeopleSearch, Query()]) -> Response:
    """Фамилии с инициалами; полные имена и связь — по правам."""
    return door.listing(await queries.people(door.reads, search))


@router.get("/{person_id}", response_model=PersonView, summary="Человек")
async def show(person_id: Id, door: Door) -> Response:
    """Человек по номеру."""
    return door.show(await queries.person(door.reads, person_id))


@router.put("/{person_id}", response_model=PersonView, summary="Исправить имя и связь")
async def correct(person_id: Id, body: CorrectPerson, door: Door, version: RequiredIfMatch) -> Response:
    """Данные заменяются целиком."""
    return await door.run(correct_person, Change(person_id, version, body), PersonView)
