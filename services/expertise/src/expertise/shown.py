"""Parts of what clients see."""

from pydantic import BaseModel, ConfigDict


class Shown(BaseModel):
    """Часть записи."""

    model_config = ConfigDict(from_attributes=True)
