"""What the issuer tells of itself, and of those who hold its tokens."""

from pydantic import BaseModel, Field

from chassis.errors import Words
from chassis.identity import INVALID_TOKEN
from chassis.problem import Problem
from chassis.work import Reads
from registry.oauth import SCOPES, OAuthRefused
from registry.people.store import PEOPLE
from registry.tokens.handlers import TokenIssuer

API_KEY_TYPE = "urn:technopark:params:oauth:token-type:api-key"
ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 the name of a kind of token
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 the name of a kind of grant
SCOPE_MISSING = Problem(
    403, "scope-missing", Words("Токен не для этого", "The token is not good for this"),
    Words("Войдите со scope openid.", "Sign in with the scope openid."),
    headers={"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="openid"'},
)  # fmt: skip
_CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post", "none"]


class Provider(BaseModel):
    """Служба входа (OpenID Connect Discovery 1.0 §3, RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    revocation_endpoint: str
    end_session_endpoint: str
    jwks_uri: str
    scopes_supported: list[str] = list(SCOPES)
    response_types_supported: list[str] = ["code"]
    response_modes_supported: list[str] = ["query"]
    grant_types_supported: list[str] = ["authorization_code", "refresh_token", "client_credentials", TOKEN_EXCHANGE]
    subject_types_supported: list[str] = ["public"]
    id_token_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str] = _CLIENT_AUTHENTICATION
    revocation_endpoint_auth_methods_supported: list[str] = _CLIENT_AUTHENTICATION
    code_challenge_methods_supported: list[str] = ["S256"]
    prompt_values_supported: list[str] = ["none", "login", "consent", "select_account"]
    claims_supported: list[str] = ["sub", "name", "auth_time", "sid", "nonce", "iss", "aud", "exp", "iat"]
    ui_locales_supported: list[str] = ["ru"]
    authorization_response_iss_parameter_supported: bool = True
    claims_parameter_supported: bool = False
    request_parameter_supported: bool = False
    request_uri_parameter_supported: bool = False


class UserInfo(BaseModel):
    """Человек, которому выдан токен."""

    sub: str = Field(examples=["0190a000-0000-7000-8000-000000000201"])
    name: str | None = Field(default=None, examples=["Н. Л. Веревокина"], description="При scope profile")


def provider(issuer: TokenIssuer) -> Provider:
    """Return what a client library configures itself from; the addresses are at the issuer's own origin."""
    base = issuer.issuer.rstrip("/")
    return Provider(
        issuer=issuer.issuer,
        authorization_endpoint=f"{base}/oauth/authorize",
        token_endpoint=f"{base}/oauth/token",
        userinfo_endpoint=f"{base}/oauth/userinfo",
        revocation_endpoint=f"{base}/oauth/revoke",
        end_session_endpoint=f"{base}/oauth/end-session",
        jwks_uri=f"{base}/.well-known/jwks.json",
        id_token_signing_alg_values_supported=issuer.algorithms,
    )


def scope_of(issuer: TokenIssuer, token: str) -> frozenset[str]:
    """Return the scopes of an access token that has been verified. Raises: INVALID_TOKEN, SCOPE_MISSING."""
    try:
        scope = frozenset(str(issuer.opened(token, kind="at+jwt").get("scope", "")).split())
    except OAuthRefused as error:
        raise INVALID_TOKEN from error
    if "openid" not in scope:
        raise SCOPE_MISSING
    return scope


async def userinfo(reads: Reads, *, scope: frozenset[str]) -> UserInfo:
    """Return the caller, with their name for the scope profile."""
    if "profile" not in scope:
        return UserInfo(sub=reads.caller.subject)
    person = await reads.db[PEOPLE.collection].find_one({"_id": reads.caller.subject})
    return UserInfo(sub=reads.caller.subject, name=person["short_name"] if person else None)
