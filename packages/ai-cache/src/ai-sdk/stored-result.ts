import type {
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3GenerateResult,
  LanguageModelV3ResponseMetadata,
  LanguageModelV3Usage,
  SharedV3ProviderMetadata,
} from "@ai-sdk/provider";
import { copyAsJson, isObject } from "../adapters/stable-json.ts";
import { toTokenCounts } from "../adapters/token-counts.ts";
import type { ModelAnswer, TokenUsage } from "../entries/cache-entry.ts";

/** What of a result comes back with a hit. The request, the response's headers and its raw body do not. */
export type StorableResult = Pick<
  LanguageModelV3GenerateResult,
  "content" | "finishReason" | "usage" | "warnings" | "providerMetadata"
> & { readonly response?: LanguageModelV3ResponseMetadata };

/** Usage of an answer for which nothing was billed. */
export const ZERO_USAGE: LanguageModelV3Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

function toTokenUsage({ inputTokens, outputTokens }: LanguageModelV3Usage): TokenUsage | undefined {
  return toTokenCounts(inputTokens.total, outputTokens.total, inputTokens.cacheRead);
}

// JSON has no bytes; the SDK takes base64 in their place.
function toStorablePart(part: LanguageModelV3Content): LanguageModelV3Content {
  if (part.type !== "file" || typeof part.data === "string") return part;
  return { ...part, data: Buffer.from(part.data).toString("base64") };
}

// Some providers say `stop` although the model waits for the result of a tool.
function findFinishReason({ content, finishReason }: StorableResult): string {
  const waits = content.some((part) => part.type === "tool-call" && part.providerExecuted !== true);
  return waits && finishReason.unified === "stop" ? "tool-calls" : finishReason.unified;
}

/** A result as the cache keeps it: judged by its finish reason and text, the rest in `details`. */
export function toModelAnswer(result: StorableResult): ModelAnswer {
  const { content, finishReason, usage, warnings, response, providerMetadata } = result;
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  const { id, timestamp, modelId } = response ?? {};
  const stored = { content: content.map(toStorablePart), finishReason, usage, warnings, providerMetadata };
  try {
    const details = copyAsJson({ ...stored, response: { id, timestamp, modelId } });
    return { finishReason: findFinishReason(result), text, usage: toTokenUsage(usage), details };
  } catch {
    return { finishReason: "not-replayable", text };
  }
}

const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === "string";
const isOptionalObject = (value: unknown): boolean => value === undefined || isObject(value);

// By kind, the members that whoever reads a part may rely on.
const PART_TEXTS: Readonly<Record<LanguageModelV3Content["type"], readonly string[]>> = {
  text: ["text"],
  reasoning: ["text"],
  file: ["mediaType", "data"],
  source: ["id", "sourceType"],
  "tool-call": ["toolCallId", "toolName", "input"],
  "tool-result": ["toolCallId", "toolName"],
  "tool-approval-request": ["approvalId", "toolCallId"],
};

function isPart(value: unknown): boolean {
  if (!isObject(value) || typeof value["type"] !== "string" || !Object.hasOwn(PART_TEXTS, value["type"])) return false;
  const texts = PART_TEXTS[value["type"] as LanguageModelV3Content["type"]];
  return texts.every((name) => typeof value[name] === "string") && isOptionalObject(value["providerMetadata"]);
}

function isUsage(value: unknown): boolean {
  if (!isObject(value) || !isObject(value["inputTokens"]) || !isObject(value["outputTokens"])) return false;
  const counts = [...Object.values(value["inputTokens"]), ...Object.values(value["outputTokens"])];
  return counts.every((count) => typeof count === "number");
}

/** The result in an answer, a copy that the reader may change, or `undefined` when there is none: cache files are not trusted. */
export function readModelAnswer(answer: ModelAnswer): StorableResult | undefined {
  const details: unknown = structuredClone(answer.details);
  if (!isObject(details)) return undefined;
  const { content, finishReason, usage, warnings, response, providerMetadata } = details;
  if (!Array.isArray(content) || !content.every(isPart)) return undefined;
  if (!isObject(finishReason) || typeof finishReason["unified"] !== "string") return undefined;
  if (!isUsage(usage) || !Array.isArray(warnings) || !isObject(response)) return undefined;
  if (!isOptionalObject(providerMetadata)) return undefined;
  const { id, timestamp, modelId } = response;
  if (![id, timestamp, modelId].every(isOptionalText)) return undefined;
  const time = timestamp === undefined ? undefined : new Date(timestamp as string);
  if (time !== undefined && Number.isNaN(time.getTime())) return undefined;
  const { inputTokens, outputTokens } = usage as LanguageModelV3Usage;
  const { raw } = usage as LanguageModelV3Usage;
  return {
    content: content as LanguageModelV3Content[],
    finishReason: { unified: finishReason["unified"], raw: finishReason["raw"] } as LanguageModelV3FinishReason,
    usage: {
      // JSON drops what is undefined; the SDK's type has every member.
      inputTokens: {
        total: inputTokens.total,
        noCache: inputTokens.noCache,
        cacheRead: inputTokens.cacheRead,
        cacheWrite: inputTokens.cacheWrite,
      },
      outputTokens: { total: outputTokens.total, text: outputTokens.text, reasoning: outputTokens.reasoning },
      ...(raw !== undefined && { raw }),
    },
    warnings: warnings as LanguageModelV3GenerateResult["warnings"],
    ...(providerMetadata !== undefined && { providerMetadata: providerMetadata as SharedV3ProviderMetadata }),
    response: {
      ...(id !== undefined && { id: id as string }),
      ...(time !== undefined && { timestamp: time }),
      ...(modelId !== undefined && { modelId: modelId as string }),
    },
  };
}
