import type { Provider } from "../provider.ts";
import { createAnthropicProvider } from "./create-anthropic-provider.ts";
import { createExecProvider } from "./create-exec-provider.ts";
import { createGoogleProvider } from "./create-google-provider.ts";
import { createNoneProvider } from "./create-none-provider.ts";
import { createOpenAiCompatibleProvider } from "./create-openai-compatible-provider.ts";
import { failedAnswer } from "./failed-answer.ts";
import { findSettingProblem, type ProviderSettings } from "./provider-settings.ts";
import { readAiEnvironment, readVariable, type Environment, type SettingProblem } from "./read-ai-environment.ts";

/** A provider, or why there is none. */
export type ProviderFromSettings = { readonly ok: true; readonly provider: Provider } | SettingProblem;

interface Vendor {
  /** Where its keys may go. A key of one vendor is never sent to another. */
  readonly isHost: (host: string) => boolean;
  /** Where it keeps its key, the first that is set. */
  readonly variables: readonly string[];
  readonly apiKeyHeader?: string;
}

const VENDORS: readonly Vendor[] = [
  { isHost: (host) => host === "api.openai.com", variables: ["OPENAI_API_KEY"] },
  { isHost: (host) => host === "openrouter.ai", variables: ["OPENROUTER_API_KEY"] },
  {
    isHost: (host) => host.endsWith(".openai.azure.com"),
    variables: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"],
    apiKeyHeader: "api-key",
  },
];
const ANTHROPIC: Vendor = { isHost: (host) => host === "api.anthropic.com", variables: ["ANTHROPIC_API_KEY"] };
const GOOGLE: Vendor = {
  isHost: (host) => host === "generativelanguage.googleapis.com",
  variables: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"],
};

function hostOf(baseUrl: string): string {
  try {
    return new URL(baseUrl).hostname;
  } catch {
    return "";
  }
}

interface Key {
  readonly variable: string;
  readonly value: string | undefined;
}

function findKey(settings: ProviderSettings, environment: Environment, vendor: Vendor | undefined): Key {
  const candidates =
    settings.apiKeyVariable === undefined ? ["AI_API_KEY", ...(vendor?.variables ?? [])] : [settings.apiKeyVariable];
  for (const variable of candidates) {
    const value = readVariable(environment, variable);
    if (value !== undefined) return { variable, value };
  }
  return { variable: settings.apiKeyVariable ?? vendor?.variables[0] ?? "AI_API_KEY", value: undefined };
}

// A run whose answers are all in the cache needs no key, but the same identity.
function withoutKey(provider: Provider, variable: string): Provider {
  const message = `The API key is missing; set the environment variable ${variable}`;
  return { ...provider, generate: () => Promise.resolve(failedAnswer("no-provider", message)) };
}

// What is missing is inconclusive, like a missing model or key; only what is wrong is a mistake.
function withoutAddress(defaultModel: string | undefined): Provider {
  const message =
    "No base URL is chosen; set `baseUrl` or AI_BASE_URL, for instance to https://api.openai.com/v1 or http://localhost:11434/v1";
  return {
    name: "openai-compatible",
    defaultModel,
    generate: () => Promise.resolve(failedAnswer("no-provider", message)),
  };
}

function createHttpProvider(
  settings: ProviderSettings,
  environment: Environment,
  baseUrl: string | undefined,
  model: string | undefined,
): Provider {
  const { headers, idleTimeoutMs, maxAnswerBytes, streaming, supportsStructuredOutputs } = settings;
  const common = { model, headers, idleTimeoutMs, maxAnswerBytes, streaming, supportsStructuredOutputs };
  if (settings.provider === "openai-compatible") {
    const address = baseUrl ?? "";
    const vendor = VENDORS.find(({ isHost }) => isHost(hostOf(address)));
    const { variable, value } = findKey(settings, environment, vendor);
    const provider = createOpenAiCompatibleProvider({
      ...common,
      baseUrl: address,
      apiKey: value,
      apiKeyVariable: variable,
      apiKeyHeader: settings.apiKeyHeader ?? vendor?.apiKeyHeader,
      query: settings.query,
    });
    // Servers of one's own often want no key.
    const isWanted = vendor !== undefined || settings.apiKeyVariable !== undefined;
    return value === undefined && isWanted ? withoutKey(provider, variable) : provider;
  }
  const usual = settings.provider === "anthropic" ? ANTHROPIC : GOOGLE;
  const vendor = baseUrl === undefined || usual.isHost(hostOf(baseUrl)) ? usual : undefined;
  const { variable, value } = findKey(settings, environment, vendor);
  const create = settings.provider === "anthropic" ? createAnthropicProvider : createGoogleProvider;
  const provider = create({ ...common, baseUrl, apiKey: value ?? "missing", apiKeyVariable: variable });
  return value === undefined ? withoutKey(provider, variable) : provider;
}

function createProgramProvider(
  settings: ProviderSettings,
  environment: Environment,
  model: string | undefined,
): ProviderFromSettings {
  const [command, ...args] = settings.command ?? [];
  if (command === undefined) {
    const hint = 'Set `command` to a program and its arguments, such as ["claude", "-p", "--output-format", "json"]';
    return { ok: false, message: "The provider exec has no command", hint };
  }
  if (model !== undefined && !args.some((argument) => argument.includes("{model}"))) {
    const message = "A model is chosen, but the command of the provider exec does not take it";
    const hint = "Write {model} where the command takes the model, or unset `model` and AI_MODEL";
    return { ok: false, message, hint };
  }
  const env = Object.fromEntries(
    (settings.passVariables ?? []).flatMap((variable) => {
      const value = environment[variable];
      return value === undefined ? [] : [[variable, value] as const];
    }),
  );
  const { envelope, timeoutMs, maxAnswerBytes } = settings;
  return {
    ok: true,
    provider: createExecProvider({ command, args, model, envelope, timeoutMs, maxOutputBytes: maxAnswerBytes, env }),
  };
}

/**
 * The provider that `settings` describe. `AI_MODEL` and `AI_BASE_URL` go before the settings; the key comes from the variable
 * that `apiKeyVariable` names, else from `AI_API_KEY`, else from the vendor's usual one, which is sent to that vendor's own
 * address only. Reads nothing but the two arguments, loads no SDK and opens no connection. Without a key, a model or a base URL
 * there is a provider as well: with a key missing answers in a cache are found by its identity, and what is not there is inconclusive.
 */
export function createProviderFromSettings(settings: ProviderSettings, environment: Environment): ProviderFromSettings {
  const problem = findSettingProblem(settings as unknown as Readonly<Record<string, unknown>>);
  if (problem !== undefined) return problem;
  const read = readAiEnvironment(environment);
  if (!read.ok) return read;
  const model = read.values.model ?? settings.model;
  const baseUrl = read.values.baseUrl ?? settings.baseUrl;
  if (settings.provider === "openai-compatible" && baseUrl === undefined) {
    return { ok: true, provider: withoutAddress(model) };
  }
  try {
    if (settings.provider === "none") return { ok: true, provider: createNoneProvider() };
    if (settings.provider === "exec") return createProgramProvider(settings, environment, model);
    return { ok: true, provider: createHttpProvider(settings, environment, baseUrl, model) };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return {
      ok: false,
      message: error.message,
      hint: "Correct the provider's settings or the variable they come from",
    };
  }
}
