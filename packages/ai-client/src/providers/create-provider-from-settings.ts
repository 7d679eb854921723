import type { Provider } from "../provider.ts";
import { createAnthropicProvider } from "./create-anthropic-provider.ts";
import { createExecProvider } from "./create-exec-provider.ts";
import { createGoogleProvider } from "./create-google-provider.ts";
import { createNoneProvider } from "./create-none-provider.ts";
import { createOpenAiCompatibleProvider } from "./create-openai-compatible-provider.ts";
import { failedAnswer } from "./failed-answer.ts";
import { findKey } from "./find-provider-key.ts";
import { findSettingProblem, type ProviderSettings } from "./provider-settings.ts";
import { readAiEnvironment, type Environment, type SettingProblem } from "./read-ai-environment.ts";

/** A provider, or why there is none. */
export type ProviderFromSettings = { readonly ok: true; readonly provider: Provider } | SettingProblem;

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
    const { variable, value, isNeeded, apiKeyHeader } = findKey(settings, environment, baseUrl);
    const provider = createOpenAiCompatibleProvider({
      ...common,
      baseUrl: address,
      apiKey: value,
      apiKeyVariable: variable,
      apiKeyHeader: settings.apiKeyHeader ?? apiKeyHeader,
      query: settings.query,
    });
    return value === undefined && isNeeded ? withoutKey(provider, variable) : provider;
  }
  const { variable, value } = findKey(settings, environment, baseUrl);
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
