/** Who the model is to be: the system instructions. */
export interface Persona {
  /** The name of its file. */
  readonly name: string;
  /** One line for people. */
  readonly description: string;
  /** The system instructions. */
  readonly system: string;
}

/** What a template wants back: checked findings, plain text, or JSON of the given JSON Schema. */
export type PromptAnswer = "findings" | "text" | Readonly<Record<string, unknown>>;

/** What a model is to do. */
export interface PromptTemplate {
  /** The name of its file. */
  readonly name: string;
  /** A version for people. Not needed: what the file says is part of the key anyway. */
  readonly version?: string | undefined;
  /** Name of the persona. */
  readonly persona: string;
  /** One line for people. */
  readonly description: string;
  /** The task. `{{name}}` refers to a variable. */
  readonly instructions: string;
  /** The variables, all of them needed. */
  readonly variables: readonly string[];
  /** What to answer with. */
  readonly answer: PromptAnswer;
  /** Temperature, seed and the like, as the provider names them. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The most tokens the answer may take. */
  readonly maxOutputTokens?: number | undefined;
}

/** What names of personas, templates and variables look like. */
export const PROMPT_NAME: RegExp = /^[a-z][a-z0-9_-]{0,63}$/;

/** `{{name}}` in instructions. */
export const PLACEHOLDER: RegExp = /\{\{([^{}]*)\}\}/g;
