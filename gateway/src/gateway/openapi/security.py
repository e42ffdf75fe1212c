"""How clients prove who they are, and what each operation wants of them."""

from collections.abc import Mapping
from typing import Any

from gateway.table import Route

SCOPES: Mapping[str, str] = {
    "openid": "Узнать, кто вошёл: токен личности и /oauth/userinfo",
    "profile": "Узнать имя вошедшего",
    "offline_access": "Обновлять токен без нового входа",
    "api.read": "Читать всё, что может читать вошедший",
    "api.write": "Менять всё, что может менять вошедший",
    "feed.read": "Читать ленту открытых событий, и ничего больше",
    "webhooks.manage": "Вести вебхуки подключения своего учреждения",
    "quarantine.read": "Видеть, что из сообщённого своей системой не принято и почему",
    "contributions.write": "Сообщать о событиях своего учреждения и видеть, что из них принято",
}
SCHEMES: Mapping[str, dict[str, Any]] = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Токен доступа в `Authorization: Bearer …`: от встроенной службы входа или от поставщика OIDC, "
        "которому площадка верит",
    },
    "signIn": {
        "type": "oauth2",
        "description": "Встроенная служба входа: людям — код с PKCE (S256), системам партнёров — client_credentials",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "refreshUrl": "/oauth/token",
                "scopes": SCOPES,
            },
            "clientCredentials": {
                "tokenUrl": "/oauth/token",
                "scopes": {name: about for name, about in SCOPES.items() if "." in name},
            },
        },
    },
    "openId": {
        "type": "openIdConnect",
        "openIdConnectUrl": "/.well-known/openid-configuration",
        "description": "То же для библиотек OpenID Connect: всё остальное они узнают по этому адресу",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "Ключ партнёра `tp_…` вместо токена; шлюз сам обменивает его на короткий токен",
    },
}


def wanted(route: Route) -> list[dict[str, list[str]]]:
    """Return the security requirements of a row: any one of them is enough."""
    if route.anonymous:
        return []
    scopes = [route.scope or ("api.read" if route.method == "GET" else "api.write"), *filter(None, [route.enough])]
    roles = sorted(route.roles)
    lent = [{scheme: [scope]} for scope in scopes for scheme in ("signIn", "openId")]
    return [{"accessToken": roles}, *lent, {"apiKey": roles}]


def told(route: Route) -> str:
    """Return the sentence for people, if a row asks for more than a sign-in."""
    if not route.roles:
        return ""
    return f"Нужна роль площадки: {', '.join(f'`{role}`' for role in sorted(route.roles))}."
