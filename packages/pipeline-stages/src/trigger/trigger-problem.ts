/** What is wrong with the text of a trigger. */
export interface TriggerProblem {
  /** As a sentence, with the place, what is expected there, and the suggestion. */
  readonly message: string;
  /** Where it is, in UTF-16 code units from the start. */
  readonly offset: number;
  /** What stands there; empty at the end of the text. */
  readonly found: string;
  /** What could stand there instead; empty where the grammar is kept and a name or a type is wrong. */
  readonly expected: readonly string[];
  /** What was probably meant. */
  readonly suggestion?: string | undefined;
}

/** Carries a problem out of the parser; caught by `parseTrigger`. */
export class Problem extends Error {
  readonly problem: TriggerProblem;
  constructor(problem: TriggerProblem) {
    super(problem.message);
    this.problem = problem;
  }
}
