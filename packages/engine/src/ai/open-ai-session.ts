import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { AiCache, CacheKeyParts } from "@ai-workflow/ai-cache";
import {
  AiClientError,
  createAiClient,
  createBudget,
  createNonce,
  createPromptLibrary,
  createProviderFromSettings,
  decideAiMode,
  detectUntrustedPullRequest,
  parsePrices,
  readAiEnvironment,
  toCacheKeyParts,
  type AiClient,
  type AiMode,
  type AiRequest,
  type AnswerCache,
  type CachedQuestion,
  type Prices,
  type PromptLibrary,
  type Provider,
} from "@ai-workflow/ai-client";
import type { AiRecord, NoticeRecord, OpenSpan, SpanRecorder } from "@ai-workflow/profiler";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { createAiAccount } from "./ai-account.ts";
import { AiSettingError } from "./ai-error.ts";
import { openAnswerCache } from "./open-answer-cache.ts";
import { toProviderSettings } from "./to-provider-settings.ts";
import { wordSettings } from "./word-settings.ts";

/** Everything that the steps of a run need to ask a model; they share one budget and one cache. */
export interface AiSession {
  readonly client: AiClient;
  readonly provider: Provider;
  readonly library: PromptLibrary;
  readonly cache: AiCache;
  readonly cacheMode: AiMode;
  /** Questions in one request at most. */
  readonly batchSize: number;
  /** Tokens of one answer at most: the stricter of what a template and the configuration say. */
  limitOutput(ofTemplate: number | undefined): number | undefined;
  /** What the model is told beside the prompt: what the template says, unless the configuration says otherwise. */
  chooseParameters(ofTemplate: AiRequest["parameters"]): AiRequest["parameters"];
  /** The random word in the delimiters of this run's prompts. */
  readonly nonce: string;
  /** What models cost; `undefined` without a price list. */
  readonly prices: Prices | undefined;
  /** What was asked so far. */
  record(): AiRecord;
  /** What may be wrong where the program of `ai.command` fails; `undefined` where nothing looks wrong. */
  readonly programAdvice: string | undefined;
  /** What a cache makes its key of. */
  readonly keyParts: (question: CachedQuestion) => CacheKeyParts;
  /** Writes down the statistics of the cache. */
  close(): void;
}

/** What {@link openAiSession} needs. */
export interface AiSessionOptions {
  readonly loaded: LoadedWorkflow;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  readonly shippedPrompts: URL;
  /** What was asked for; code of a fork may turn it into `replay`. */
  readonly cacheMode: AiMode;
  readonly spans: SpanRecorder;
  /** The span within which a step asks. */
  readonly spanOf: (stepId: string) => OpenSpan | undefined;
  readonly notice: (notice: NoticeRecord) => void;
}

/**
 * Opens provider, cache, budget and prompts as the configuration and the environment say. Asks nobody and loads no SDK.
 *
 * @throws {AiSettingError} when a setting, a variable or the price list makes no sense
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID – `AI_CACHE_TTL_HOURS` is no number above 0
 */
export async function openAiSession(options: AiSessionOptions): Promise<AiSession> {
  const { loaded, environment, stateDirectory, spans, spanOf, notice } = options;
  const { ai } = loaded.workflow;
  const variables = readAiEnvironment(environment);
  if (!variables.ok) throw new AiSettingError(`${variables.message}. ${variables.hint}`);
  const made = createProviderFromSettings(toProviderSettings(ai, loaded.directory), environment);
  if (!made.ok) throw new AiSettingError(wordSettings(`${made.message}. ${made.hint}`));
  const { provider } = made;
  const prices = await readPrices(loaded.directory, ai.prices);

  const fork = await detectUntrustedPullRequest(environment, (file) => readFile(file, "utf8"));
  const mode = decideAiMode({ requested: options.cacheMode, fork, allowForks: ai.allowForks });
  if (mode.notice !== undefined) notice({ code: "ai-mode", message: `${mode.notice} (\`ai.allow_forks\`)` });
  const cache = await openAnswerCache({
    loaded,
    environment,
    stateDirectory,
    onWarning: (warning) => notice({ code: "answers-not-kept", message: warning.message }),
  });
  const account = createAiAccount(
    { provider: provider.name, model: provider.defaultModel ?? "", cacheMode: mode.mode },
    spans,
    spanOf,
  );
  const client = createAiClient({
    provider,
    cache: answerCache(cache, mode.mode),
    budget: createBudget({ ...ai.budget, prices }),
    timeoutMs: ai.timeoutMs,
    onCall: account.note,
  });
  return {
    client,
    provider,
    library: createPromptLibrary({
      directories: [path.resolve(loaded.directory, ai.prompts)],
      shippedDirectory: fileURLToPath(options.shippedPrompts),
    }),
    cache,
    cacheMode: mode.mode,
    batchSize: variables.values.batchSize ?? ai.batchSize,
    limitOutput(ofTemplate): number | undefined {
      const limits = [ofTemplate, variables.values.maxOutputTokens ?? ai.maxOutputTokens].filter(
        (limit) => limit !== undefined,
      );
      return limits.length === 0 ? undefined : Math.min(...limits);
    },
    chooseParameters(ofTemplate): AiRequest["parameters"] {
      const chosen = { ...ofTemplate, ...ai.parameters };
      return Object.keys(chosen).length === 0 ? undefined : chosen;
    },
    nonce: createNonce(),
    prices,
    record: account.record,
    programAdvice: adviseOnProgram(ai.command, loaded.directory),
    keyParts: toCacheKeyParts,
    close: () => cache.close(),
  };
}

/** Arguments are handed over as they are: an absolute path in them would make answers those of one machine. */
function adviseOnProgram(command: readonly string[] | undefined, directory: string): string | undefined {
  const argument = command?.slice(1).find((part) => {
    // Flags and words are no files, even where a folder is called so.
    if (!/[./]/.test(part) || path.isAbsolute(part)) return false;
    return statSync(path.resolve(directory, part), { throwIfNoEntry: false })?.isFile() === true;
  });
  if (argument === undefined) return undefined;
  return `the program runs in an empty folder, where it does not find ${JSON.stringify(argument)}: give an absolute path`;
}

async function readPrices(directory: string, file: string | undefined): Promise<Prices | undefined> {
  if (file === undefined) return undefined;
  try {
    return await parsePrices(await readFile(path.resolve(directory, file), "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AiSettingError(`the price list ${file} cannot be used: ${why}`, { cause: error });
  }
}

function answerCache(cache: AiCache, mode: AiMode): AnswerCache {
  return {
    async getOrCompute(question, compute, { signal, isValid, onWait }) {
      const { label } = question;
      try {
        const asked = { signal, isValid, mode, onWait, label };
        const { answer, source } = await cache.getOrCompute(toCacheKeyParts(question), compute, asked);
        return { answer, source };
      } catch (error) {
        if (!isReplayMiss(error)) throw error;
        const message = "no answer is kept for this question, and this run may not ask a model";
        throw new AiClientError("no-provider", message, { cause: error });
      }
    },
  };
}

function isReplayMiss(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "AI_CACHE_REPLAY_MISS";
}
