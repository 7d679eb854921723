import path from "node:path";
import type { AiCache, AiCacheError } from "@ai-workflow/ai-cache";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { readCacheTtlMs } from "./check-ai-variables.ts";

/** Folder of the answers of models inside the state folder. */
export const ANSWERS_FOLDER = "ai-cache";

/** What {@link openAnswerCache} needs. */
export interface AnswerCacheOptions {
  readonly loaded: LoadedWorkflow;
  /** @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Where the state is, where it is not beside the configuration. */
  readonly stateDirectory?: string | undefined;
  /** Told once when answers could not be written. */
  readonly onWarning?: ((warning: AiCacheError) => void) | undefined;
}

/**
 * Opens the cache in which the workflow's steps keep the answers of models, within the limits of the configuration.
 * `AI_CACHE_TTL_HOURS` goes before `optimizations.ai_cache.ttl_hours`.
 *
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID – `AI_CACHE_TTL_HOURS` is no number above 0
 */
export async function openAnswerCache(options: AnswerCacheOptions): Promise<AiCache> {
  const { loaded, environment = process.env, onWarning } = options;
  const state = options.stateDirectory ?? path.join(loaded.directory, STATE_FOLDER_NAME);
  const { cache } = loaded.workflow.ai;
  const ttlMs = readCacheTtlMs(environment) ?? cache.ttlMs;
  const { openAiCache } = await import("@ai-workflow/ai-cache");
  return openAiCache({ directory: path.join(state, ANSWERS_FOLDER), ttlMs, maxBytes: cache.maxBytes, onWarning });
}
