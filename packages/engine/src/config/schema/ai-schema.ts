/** Which model may be asked, and what that may cost. */
import * as v from "valibot";
import type { AiConfig } from "../config.ts";
import type { Agrees } from "./agrees.ts";
import { duration, name, names, paths, positive, positiveInteger } from "./values.ts";

const ai = v.strictObject({
  provider: v.optional(
    v.pipe(
      v.picklist(["openai-compatible", "anthropic", "google", "exec", "none"]),
      v.description("Who answers; default `none`: steps that ask a model are inconclusive."),
    ),
  ),
  model: v.optional(v.pipe(name, v.description("The model; `AI_MODEL` wins."))),
  base_url: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^https?:\/\/[^\s]+$/, "must be an http or https URL"),
      v.description("The endpoint; `AI_BASE_URL` wins."),
    ),
  ),
  api_key_env: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable"),
      v.description("Environment variable that holds the key; default: the provider's usual one."),
    ),
  ),
  command: v.optional(
    v.pipe(names, v.minLength(1, "must not be empty"), v.description("Program and arguments of the provider `exec`.")),
  ),
  envelope: v.optional(
    v.pipe(
      v.picklist(["ai-workflow", "claude", "gemini", "codex", "copilot", "text"]),
      v.description("What that program prints; default `ai-workflow`."),
    ),
  ),
  max_tokens: v.optional(v.pipe(positiveInteger, v.description("Tokens of one answer at most; `AI_MAX_TOKENS` wins."))),
  max_input_tokens: v.optional(
    v.pipe(
      positiveInteger,
      v.description("Tokens of one request at most; larger changes are asked in parts; default 32000."),
    ),
  ),
  batch_size: v.optional(
    v.pipe(positiveInteger, v.description("Questions in one request at most; default 1; `AI_BATCH_SIZE` wins.")),
  ),
  timeout: v.optional(v.pipe(duration, v.description("Limit of one question with its retries; default `2m`."))),
  parameters: v.optional(
    v.pipe(
      v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
      v.description("Temperature and the like, as the provider names them."),
    ),
  ),
  prompts: v.optional(
    v.pipe(name, v.description("Folder with `templates/` and `personas/` of your own; default `.ai-prompts`.")),
  ),
  exclude: v.optional(
    v.pipe(paths, v.description("Globs of files that are never sent, beside the built-in ones and the ignore files.")),
  ),
  allow_forks: v.optional(
    v.pipe(v.boolean(), v.description("Ask a model also on pull requests from forks; default false: only replay.")),
  ),
  prices: v.optional(v.pipe(name, v.description("File with prices of models; needed for `max_cost_usd`."))),
  budget: v.optional(
    v.strictObject({
      max_calls: v.optional(v.pipe(positiveInteger, v.description("Calls of one run at most."))),
      max_input_tokens: v.optional(v.pipe(positiveInteger, v.description("Tokens read in one run at most."))),
      max_output_tokens: v.optional(v.pipe(positiveInteger, v.description("Tokens written in one run at most."))),
      max_cost_usd: v.optional(v.pipe(positive, v.description("US dollars of one run at most, by `prices`."))),
      max_minutes: v.optional(v.pipe(positive, v.description("Minutes from the first question of a run to the last."))),
    }),
  ),
});

export const aiSchema: v.GenericSchema<unknown, AiConfig> = ai;

/** Fails to compile when the written types and this schema say different things. */
export const AI_TYPES_AGREE: readonly true[] = [true satisfies Agrees<typeof ai, AiConfig>];
