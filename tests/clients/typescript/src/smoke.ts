// A client of every manner of docs/clients.md against a running platform; prints one line of JSON about what it saw.
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import { Refused, told } from "./problems.js";
import type { components, paths } from "./schema.js";
import { refreshed, signIn, type Application } from "./sign-in.js";
import { Updates } from "./updates.js";

type Institution = components["schemas"]["InstitutionView"];

const need = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const application: Application = {
  base: need("ADDRESS"),
  clientId: "portal",
  redirectUri: "https://portal.example/callback",
  scope: "openid offline_access api.read api.write",
};

const first = await signIn(application, { login: need("LOGIN"), password: need("PASSWORD") });
const tokens = await refreshed(application, first);
const api = createClient<paths>({ baseUrl: application.base });
api.use({ onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${tokens.access_token}`) });

const me = told(await api.GET("/v1/me"));

const body: components["schemas"]["RegisterInstitution"] = {
  name: "ОГБУСО «КСЦОН „Веста“»",
  short_name: "КСЦОН «Веста»",
  kind: "social_service",
  ownership: "state",
  inn: need("INN"),
  ogrn: need("OGRN"),
  oktmo: "25703000",
  municipality: "Ангарский городской округ",
  region: "RU-IRK",
  member_since: "2018-01-15",
};
const header = { "Idempotency-Key": randomUUID() };
const created: Institution = told(await api.POST("/v1/institutions", { body, params: { header } }));
const repeated = await api.POST("/v1/institutions", { body, params: { header } });

const path = { institution_id: created.id };
const read = await api.GET("/v1/institutions/{institution_id}", { params: { path } });
const etag = read.response.headers.get("etag") ?? "";
const known = await api.GET("/v1/institutions/{institution_id}", { params: { path, header: { "If-None-Match": etag } } });

const updates = new Updates(async (lastEventId, signal) => {
  const { response, data } = await api.GET("/v1/institutions/{institution_id}/updates", {
    params: { path, header: lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId } },
    parseAs: "stream",
    signal,
  });
  return new Response(data ?? null, { status: response.status });
});
await updates.begun(); // and the connection is lost again: what happens now is told when it comes back

const rename = (short_name: string, version: string) =>
  api.PATCH("/v1/institutions/{institution_id}", {
    params: { path, header: { "If-Match": version } },
    body: { name: body.name, short_name },
  });
told(await rename("Веста", etag));
const refused: { type: string; status: number; stale: boolean } = await rename("Другая Веста", etag).then(
  (answer) => {
    const problem = new Refused(answer.error ?? { type: "", title: "", status: 0, detail: "", instance: "" });
    return {
      type: problem.problem.type,
      status: problem.problem.status,
      stale: problem.is("urn:technopark:problem:stale-version"),
    };
  },
);

const invalid = await api.POST("/v1/institutions", { body: { ...body, inn: "1" } });
const worklist = told(await api.GET("/v1/me/worklist"));

const stop = new AbortController();
const overdue = setTimeout(() => stop.abort(), 20_000);
let update: { event: string; resource: string } | undefined;
for await (const { event, data } of updates.all(stop.signal)) {
  update = { event, resource: (JSON.parse(data) as { resource: string }).resource };
  if (event === "registry.institution.renamed.v1") break;
}
stop.abort();
clearTimeout(overdue);

console.log(
  JSON.stringify({
    roles: me.roles,
    rotated: first.refresh_token !== tokens.refresh_token,
    sameRecord: repeated.data?.id === created.id,
    replayed: repeated.response.headers.get("idempotency-replayed"),
    notModified: known.response.status,
    refused,
    fields: invalid.error?.errors?.map((field) => Object.keys(field)) ?? [],
    partial: worklist.partial,
    parts: Object.keys(worklist.parts).length,
    update,
    resource: `/v1/institutions/${created.id}`,
  }),
);
