"""Fields that the commands of several rooms share: what contracts call an id, described to people."""

from typing import Annotated

from pydantic import Field

from contracts import fact

PersonId = Annotated[fact.PersonId, Field(description="Человек, номер в реестре")]
InstitutionId = Annotated[fact.InstitutionId, Field(description="Учреждение, номер в реестре")]
DirectionId = Annotated[fact.DirectionId, Field(description="Направление")]
CallId = Annotated[fact.CallId, Field(description="Отбор")]
ApplicationId = Annotated[fact.ApplicationId, Field(description="Заявка")]
EntryId = Annotated[fact.EntryId, Field(description="Победившая заявка")]
ActId = Annotated[fact.ActId, Field(description="Приказ о согласовании")]
CouncilId = Annotated[fact.RecordId, Field(description="Экспертный совет")]
IdFilter = Annotated[str | None, Field(min_length=1, max_length=64)]
"""An empty number is no number: it is refused, not taken for «any»."""
