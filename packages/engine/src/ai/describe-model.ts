import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { AiSettings } from "../config/workflow.ts";

/** What a model's answer depends on beside the step and its files. */
export interface ModelSources {
  readonly settings: AiSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the target directory. */
  readonly target: string;
  /** Folder with the prompt templates and personas that come with the program. */
  readonly shippedPrompts: URL;
}

/**
 * Names everything beside a step and its files that can change what a model says: who is asked, how, and with which templates. Limits of
 * time and money, the cache and the key are left out: they decide whether an answer comes, not what it says.
 */
export function describeModel({ settings, environment, target, shippedPrompts }: ModelSources): string {
  const { provider, parameters, command, envelope, maxInputTokens, exclude } = settings;
  const set = (variable: string): string | undefined => environment[variable]?.trim() || undefined;
  return JSON.stringify({
    provider,
    model: set("AI_MODEL") ?? settings.model ?? null,
    baseUrl: set("AI_BASE_URL") ?? settings.baseUrl ?? null,
    maxOutputTokens: set("AI_MAX_TOKENS") ?? settings.maxOutputTokens ?? null,
    parameters: Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
    command: command ?? null,
    envelope,
    maxInputTokens,
    exclude,
    prompts: [hashFolder(path.resolve(target, settings.prompts)), hashFolder(fileURLToPath(shippedPrompts))],
  });
}

/** SHA-256 over names and contents of the files in a folder and its folders, links followed; of one that is not there, over nothing. */
function hashFolder(folder: string): string {
  const hash = createHash("sha256");
  // A link to a folder above it would lead round for ever.
  const above = new Set<string>();
  const add = (name: string): void => {
    const real = realpathSync(path.join(folder, name));
    if (above.has(real)) return;
    above.add(real);
    for (const entry of readdirSync(real).sort()) {
      const inner = path.join(name, entry);
      const stat = statSync(path.join(folder, inner), { throwIfNoEntry: false });
      if (stat?.isDirectory() === true) add(inner);
      else if (stat?.isFile() === true) {
        hash.update(JSON.stringify([inner, readFileSync(path.join(folder, inner), "base64")]));
      }
    }
    above.delete(real);
  };
  try {
    add("");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") hash.update(`unreadable: ${String(error)}`);
  }
  return hash.digest("hex");
}
