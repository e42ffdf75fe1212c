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

// Return the data of an answer, or throw its problem.
export function told<Data>(answer: { data?: Data; error?: unknown; response: Response }): Data {
  if (answer.data !== undefined) return answer.data;
  throw new Refused(answer.error as Problem);
}
