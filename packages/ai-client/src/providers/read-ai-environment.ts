import { shorten } from "./failed-answer.ts";

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says of AI steps. */
export interface AiEnvironment {
  /** `AI_MODEL`: the model to ask. */
  readonly model?: string | undefined;
  /** `AI_BASE_URL`: where to ask. */
  readonly baseUrl?: string | undefined;
  /** `AI_MAX_TOKENS`: the most tokens an answer may take. */
  readonly maxOutputTokens?: number | undefined;
  /** `AI_BATCH_SIZE`: the most questions packed into one request. */
  readonly batchSize?: number | undefined;
}

/** A setting that makes no sense: what, and what to do. */
export interface SettingProblem {
  readonly ok: false;
  /** What is wrong, in one sentence without the values of variables that hold keys. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** The variables, or the first that makes no sense. */
export type AiEnvironmentResult = { readonly ok: true; readonly values: AiEnvironment } | SettingProblem;

const MAX_TOKENS = 100_000_000;
const MAX_BATCH_SIZE = 1000;

/** The variable without white space around it; `undefined` when it is not set or empty. */
export function readVariable(environment: Environment, variable: string): string | undefined {
  const value = environment[variable]?.trim();
  return value === "" ? undefined : value;
}

function readCount(environment: Environment, variable: string, largest: number): number | undefined | SettingProblem {
  const text = readVariable(environment, variable);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= largest) return value;
  return {
    ok: false,
    message: `${variable} must be an integer from 1 to ${largest}, got "${shorten(text, 40)}"`,
    hint: `Correct ${variable} or unset it to use the configuration's value`,
  };
}

/** Reads `AI_MODEL`, `AI_BASE_URL`, `AI_MAX_TOKENS` and `AI_BATCH_SIZE`. Empty means not set. */
export function readAiEnvironment(environment: Environment): AiEnvironmentResult {
  const maxOutputTokens = readCount(environment, "AI_MAX_TOKENS", MAX_TOKENS);
  if (typeof maxOutputTokens === "object") return maxOutputTokens;
  const batchSize = readCount(environment, "AI_BATCH_SIZE", MAX_BATCH_SIZE);
  if (typeof batchSize === "object") return batchSize;
  const baseUrl = readVariable(environment, "AI_BASE_URL");
  if (baseUrl !== undefined && !/^https?:\/\/[^\s/]+/i.test(baseUrl)) {
    return {
      ok: false,
      message: "AI_BASE_URL must be an http or https address",
      hint: "Set it to something like https://api.openai.com/v1 or http://localhost:11434/v1, or unset it",
    };
  }
  const model = readVariable(environment, "AI_MODEL");
  return {
    ok: true,
    values: {
      ...(model !== undefined && { model }),
      ...(baseUrl !== undefined && { baseUrl }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      ...(batchSize !== undefined && { batchSize }),
    },
  };
}
