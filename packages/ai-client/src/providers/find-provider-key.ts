import type { ProviderSettings } from "./provider-settings.ts";
import { readVariable, type Environment } from "./read-ai-environment.ts";

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

/** Where the key of a provider comes from, and where it is. */
export interface FoundKey {
  /** The variable that holds it, or would. */
  readonly variable: string;
  readonly value: string | undefined;
  /** Whether nothing is asked without it. */
  readonly isNeeded: boolean;
  /** The header that the vendor wants it in, where that is not the usual one. */
  readonly apiKeyHeader: string | undefined;
}

/** Finds the key for an address: in the variable that the settings name, else in `AI_API_KEY`, else where the vendor of the address keeps it. */
export function findKey(settings: ProviderSettings, environment: Environment, baseUrl: string | undefined): FoundKey {
  const vendor = vendorOf(settings, baseUrl);
  const apiKeyHeader = vendor?.apiKeyHeader;
  // Servers of one's own often want no key.
  const isNeeded =
    settings.provider !== "openai-compatible" || vendor !== undefined || settings.apiKeyVariable !== undefined;
  const candidates =
    settings.apiKeyVariable === undefined ? ["AI_API_KEY", ...(vendor?.variables ?? [])] : [settings.apiKeyVariable];
  for (const variable of candidates) {
    const value = readVariable(environment, variable);
    if (value !== undefined) return { variable, value, isNeeded, apiKeyHeader };
  }
  const variable = settings.apiKeyVariable ?? vendor?.variables[0] ?? "AI_API_KEY";
  return { variable, value: undefined, isNeeded, apiKeyHeader };
}

function vendorOf({ provider }: ProviderSettings, baseUrl: string | undefined): Vendor | undefined {
  if (provider === "openai-compatible") return VENDORS.find(({ isHost }) => isHost(hostOf(baseUrl ?? "")));
  const usual = provider === "anthropic" ? ANTHROPIC : GOOGLE;
  return baseUrl === undefined || usual.isHost(hostOf(baseUrl)) ? usual : undefined;
}

/** Which variable holds the key of a provider that is asked over HTTP, and whether there is one; never the key itself. */
export interface ProviderKey {
  readonly variable: string;
  readonly isSet: boolean;
  /** Whether nothing is asked without it; servers of one's own often want none. */
  readonly isNeeded: boolean;
}

/**
 * Says where {@link createProviderFromSettings} takes the key from, without giving it. `AI_BASE_URL` goes before the settings, as there.
 * Pure.
 */
export function findProviderKey(settings: ProviderSettings, environment: Environment): ProviderKey {
  const baseUrl = readVariable(environment, "AI_BASE_URL") ?? settings.baseUrl;
  const { variable, value, isNeeded } = findKey(settings, environment, baseUrl);
  return { variable, isSet: value !== undefined, isNeeded };
}
