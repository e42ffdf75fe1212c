// Refusals as typed values: what a client decides by is `type`, what a person reads is `detail`.
import type { components } from "./schema.js";

export type Problem = components["schemas"]["ProblemDocument"];
export type ProblemType = components["schemas"]["ProblemType"];

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.title}: ${problem.detail}`);
  }

  // The list of types grows, so that a type is compared, never taken for granted.
  is(type: ProblemType): boolean {
    return this.problem.type === type;
  }
}

const isProblem = (error: unknown): error is Problem => typeof error === "object" && error !== null && "detail" in error;

// Return the data of an answer, or throw its problem; OAuth refuses in words of its own.
export function told<Data>(answer: { data?: Data; error?: unknown; response: Response }): Data {
  if (answer.data !== undefined) return answer.data;
  throw isProblem(answer.error) ? new Refused(answer.error) : new Error(JSON.stringify(answer.error));
}
