import pytest
from pydantic import SecretStr, ValidationError

from chassis.settings import ServiceSettings


@pytest.mark.parametrize("address", ["http://a:very-secret@h", "amqp://a:very-secret@h:99999/v"])
def test_a_wrong_address_of_the_broker_is_refused_without_the_password_in_it(address: str) -> None:
    settings = ServiceSettings(
        mongo_url=SecretStr("mongodb://h/d"), rabbitmq_url=SecretStr(address), oidc_issuer="http://h"
    )
    with pytest.raises(ValidationError) as refused:
        settings.amqp("relay")
    assert "very-secret" not in str(refused.value)
