import path from "node:path";
import type { ProviderSettings } from "@ai-workflow/ai-client";
import type { AiSettings } from "../config/workflow.ts";

/**
 * The provider that a configuration describes, in the words of ai-client. Pure.
 *
 * @param directory - absolute path of the target, from which a program with a path is meant
 */
export function toProviderSettings(ai: AiSettings, directory: string): ProviderSettings {
  const { provider, model, baseUrl, apiKeyVariable } = ai;
  if (provider === "none") return { provider };
  if (provider !== "exec") return { provider, model, baseUrl, apiKeyVariable };
  const passVariables = apiKeyVariable === undefined ? undefined : [apiKeyVariable];
  // The question's own limit is the shorter one, so that it is told in the same words whoever is asked.
  // It runs in an empty folder, where a path relative to the configuration would lead nowhere.
  const command = ai.command?.map((part, index) =>
    index === 0 && part.includes("/") ? path.resolve(directory, part) : part,
  );
  return { provider, model, command, envelope: ai.envelope, passVariables, timeoutMs: ai.timeoutMs };
}
