// What the document does not allow, the compiler refuses: a mark above a line that would compile is itself an error.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Asked = components["schemas"]["RegisterInstitution"];

// @ts-expect-error no institution is of this kind
export const unheardOf: Asked["kind"] = "sanatorium";

// @ts-expect-error an institution has a name, a kind, numbers
export const empty: Asked = {};

// @ts-expect-error there is no such address
export const nowhere = (): unknown => createClient<paths>({ baseUrl: "" }).GET("/v1/nowhere");
