// Authorization code with PKCE (RFC 6749, RFC 7636) and refreshing, with nothing but fetch.
import { createHash, randomBytes } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";
import { told } from "./problems.js";

export type Tokens = components["schemas"]["Tokens"];

export interface Application {
  base: string;
  clientId: string;
  redirectUri: string;
  scope: string;
}

export interface Person {
  login: string;
  password: string;
}

// Stands in for the browser: opens the page, fills in its form, and returns where it leads.
async function throughThePage(address: URL, person: Person): Promise<URL> {
  const page = await fetch(address);
  const html = await page.text();
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  if (page.status !== 200 || action === undefined) throw new Error(`no sign-in page: ${page.status} ${html}`);
  const form = new URLSearchParams({ ...person, decision: "sign-in" });
  for (const [, name, value] of html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    form.set(name ?? "", value ?? "");
  }
  const answer = await fetch(new URL(action, address), { method: "POST", body: form, redirect: "manual" });
  const back = answer.headers.get("location");
  if (back === null) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
  return new URL(back);
}

export async function signIn(application: Application, person: Person): Promise<Tokens> {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const address = new URL("/oauth/authorize", application.base);
  address.search = new URLSearchParams({
    response_type: "code",
    client_id: application.clientId,
    redirect_uri: application.redirectUri,
    scope: application.scope,
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const back = await throughThePage(address, person);
  const code = back.searchParams.get("code");
  if (back.searchParams.get("state") !== state || code === null) throw new Error(`not our answer: ${back}`);
  return exchanged(application, {
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri: application.redirectUri,
  });
}

export async function refreshed(application: Application, tokens: Tokens): Promise<Tokens> {
  return exchanged(application, { grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" });
}

type TokenForm = NonNullable<paths["/oauth/token"]["post"]["requestBody"]>["content"]["application/x-www-form-urlencoded"];

async function exchanged(application: Application, form: TokenForm): Promise<Tokens> {
  const client = createClient<paths>({ baseUrl: application.base });
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  return told(await client.POST("/oauth/token", { body: { ...form, client_id: application.clientId }, headers }));
}
