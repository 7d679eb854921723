/** How the configuration calls what the providers call otherwise. */
const KEYS: Readonly<Record<string, string>> = {
  provider: "ai.provider",
  model: "ai.model",
  baseUrl: "ai.base_url",
  apiKeyVariable: "ai.api_key_env",
  passVariables: "ai.api_key_env",
  command: "ai.command",
  envelope: "ai.envelope",
  parameters: "ai.parameters",
  maxOutputTokens: "ai.max_tokens",
  timeoutMs: "ai.timeout",
  maxCalls: "ai.budget.max_calls",
  maxInputTokens: "ai.budget.max_input_tokens",
  maxCostUsd: "ai.budget.max_cost_usd",
  maxMinutes: "ai.budget.max_minutes",
};

/** `text` with the options that it names in backticks named as the keys of the configuration that set them. Pure. */
export function wordSettings(text: string): string {
  return text.replace(/`([A-Za-z]+)`/g, (quoted, option: string) =>
    Object.hasOwn(KEYS, option) ? `\`${KEYS[option] ?? option}\`` : quoted,
  );
}
