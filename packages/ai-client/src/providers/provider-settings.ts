import type { ExecEnvelope } from "./envelopes/read-envelope.ts";
import { shorten } from "./failed-answer.ts";
import { KEY_LIKE } from "./quote-server-words.ts";
import type { SettingProblem } from "./read-ai-environment.ts";

/** The kinds of providers. */
export type ProviderKind = "openai-compatible" | "anthropic" | "google" | "exec" | "none";

/** A provider as a configuration file describes it. Keys are not among its fields: they come from the environment only. */
export interface ProviderSettings {
  readonly provider: ProviderKind;
  /** The model; `AI_MODEL` goes before it. */
  readonly model?: string | undefined;
  /** Where to ask; `AI_BASE_URL` goes before it. */
  readonly baseUrl?: string | undefined;
  /** Name of the environment variable that holds the key. @defaultValue `AI_API_KEY`, then the vendor's usual one */
  readonly apiKeyVariable?: string | undefined;
  /** The header that carries the key. @defaultValue `authorization` with the word Bearer; `api-key` for Azure */
  readonly apiKeyHeader?: string | undefined;
  /** Parameters of each address, such as Azure's `api-version`. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Headers without secrets. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long the server may send nothing, in milliseconds. */
  readonly idleTimeoutMs?: number | undefined;
  /** How much the server or the program may send for one answer, in bytes. */
  readonly maxAnswerBytes?: number | undefined;
  /** Whether to ask for a stream. */
  readonly streaming?: boolean | undefined;
  /** Whether to send JSON Schemas. */
  readonly supportsStructuredOutputs?: boolean | undefined;
  /** The program and its arguments, `{model}` standing for the model. */
  readonly command?: readonly string[] | undefined;
  /** In what form the program prints its answer. */
  readonly envelope?: ExecEnvelope | undefined;
  /** Environment variables that the program gets, such as the one with its key. */
  readonly passVariables?: readonly string[] | undefined;
  /** How long the program may run, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

type FieldType = "text" | "variable" | "flag" | "limit" | "texts" | "variables" | "map";

const HTTP: readonly ProviderKind[] = ["openai-compatible", "anthropic", "google"];
const FIELDS: Readonly<
  Record<Exclude<keyof ProviderSettings, "provider">, { type: FieldType; of: readonly ProviderKind[] }>
> = {
  model: { type: "text", of: [...HTTP, "exec"] },
  baseUrl: { type: "text", of: HTTP },
  apiKeyVariable: { type: "variable", of: HTTP },
  apiKeyHeader: { type: "text", of: ["openai-compatible"] },
  query: { type: "map", of: ["openai-compatible"] },
  headers: { type: "map", of: HTTP },
  idleTimeoutMs: { type: "limit", of: HTTP },
  maxAnswerBytes: { type: "limit", of: [...HTTP, "exec"] },
  streaming: { type: "flag", of: HTTP },
  supportsStructuredOutputs: { type: "flag", of: HTTP },
  command: { type: "texts", of: ["exec"] },
  envelope: { type: "text", of: ["exec"] },
  passVariables: { type: "variables", of: ["exec"] },
  timeoutMs: { type: "limit", of: ["exec"] },
};
const KINDS: readonly ProviderKind[] = [...HTTP, "exec", "none"];
const SECRET_FIELD = /key|token|secret|passw|auth|credential|cookie/i;

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function isVariable(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z_]\w*$/.test(value);
}

const TYPES: Readonly<Record<FieldType, { words: string; fits: (value: unknown) => boolean }>> = {
  text: { words: "a text that is not empty", fits: isText },
  variable: { words: "the name of an environment variable", fits: isVariable },
  flag: { words: "true or false", fits: (value) => typeof value === "boolean" },
  limit: {
    words: "a positive integer below 2^31",
    fits: (value) => Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31,
  },
  texts: {
    words: "a list of texts that begins with a program",
    fits: (value) => Array.isArray(value) && isText(value[0]) && value.every((item) => typeof item === "string"),
  },
  variables: {
    words: "a list of names of environment variables",
    fits: (value) => Array.isArray(value) && value.every(isVariable),
  },
  map: {
    words: "an object of texts",
    fits: (value) =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((item) => typeof item === "string"),
  },
};

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function keyProblem(field: string): SettingProblem {
  return {
    ok: false,
    message: `The provider setting \`${shorten(field, 60)}\` holds, or would hold, a key; keys come from the environment only`,
    hint: "Remove it, put the key into an environment variable and name that in `apiKeyVariable`; renew the key if the file was shared",
  };
}

/** What is wrong with `settings`, a field at a time; `undefined` when nothing is. Values are not repeated: they may be secret. */
export function findSettingProblem(settings: Readonly<Record<string, unknown>>): SettingProblem | undefined {
  const { provider } = settings;
  const kind = KINDS.find((known) => known === provider);
  if (kind === undefined) {
    return {
      ok: false,
      message: `The provider setting \`provider\` must be one of ${KINDS.join(", ")}`,
      hint: "Choose openai-compatible for OpenAI, Azure, Ollama, vLLM, LM Studio, OpenRouter and LiteLLM",
    };
  }
  for (const [field, value] of Object.entries(settings)) {
    if (field === "provider" || value === undefined) continue;
    const known = Object.hasOwn(FIELDS, field) ? FIELDS[field as keyof typeof FIELDS] : undefined;
    if (known === undefined) {
      if (SECRET_FIELD.test(field)) return keyProblem(field);
      const names = Object.keys(FIELDS).filter((name) => FIELDS[name as keyof typeof FIELDS].of.includes(kind));
      return {
        ok: false,
        message: `There is no provider setting \`${shorten(field, 60)}\``,
        hint: `The settings of ${kind} are: ${["provider", ...names].join(", ")}`,
      };
    }
    // A pattern with the flag g keeps its place between tests.
    if (textsIn(value).some((text) => text.search(KEY_LIKE) >= 0)) return keyProblem(field);
    if (known.type === "map" && Object.keys(Object(value)).some((name) => SECRET_FIELD.test(name))) {
      return keyProblem(field);
    }
    if (!known.of.includes(kind)) {
      return {
        ok: false,
        message: `The provider setting \`${field}\` has no effect for ${kind}`,
        hint: `Remove it, or choose one of ${known.of.join(", ")}`,
      };
    }
    if (!TYPES[known.type].fits(value)) {
      return {
        ok: false,
        message: `The provider setting \`${field}\` must be ${TYPES[known.type].words}`,
        hint: `Correct \`${field}\``,
      };
    }
  }
  return undefined;
}
