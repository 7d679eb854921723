import { isObject, type UnknownObject } from "../adapters/stable-json.ts";
import { toTokenCounts } from "../adapters/token-counts.ts";
import { isVoid, notWhole, parseEventObject, type Dialect, type Judgement } from "./dialect.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

const DONE = "[DONE]";
// Texts that come in pieces; what else a delta may hold cannot be put together without knowing the provider.
const PIECES: ReadonlySet<string> = new Set(["content", "reasoning_content", "reasoning", "refusal"]);
// Random padding of each event, no part of the answer.
const PADDING = "obfuscation";

interface OpenChoice {
  readonly message: Record<string, unknown>;
  readonly others: Record<string, unknown>;
  finishReason: unknown;
}

// False when a delta says something that this cannot put together.
function addDelta(choice: OpenChoice, delta: UnknownObject): boolean {
  for (const [name, value] of Object.entries(delta)) {
    if (name === "role") {
      choice.message[name] = value;
      continue;
    }
    if (isVoid(value)) continue;
    if (!PIECES.has(name) || typeof value !== "string" || !isVoid(choice.finishReason)) return false;
    const before = choice.message[name];
    choice.message[name] = typeof before === "string" ? before + value : value;
  }
  return true;
}

function addChunkChoice(choices: Map<number, OpenChoice>, chunkChoice: unknown): boolean {
  if (!isObject(chunkChoice)) return false;
  const { index, delta, finish_reason: finishReason, logprobs, ...others } = chunkChoice;
  if (!Number.isSafeInteger(index) || Number(index) < 0 || !isVoid(logprobs)) return false;
  const choice = choices.get(Number(index)) ?? {
    message: { role: "assistant", content: "" },
    others: {},
    finishReason: undefined,
  };
  choices.set(Number(index), choice);
  if (!isVoid(delta) && !(isObject(delta) && addDelta(choice, delta))) return false;
  if (!isVoid(finishReason)) choice.finishReason = finishReason;
  for (const [name, value] of Object.entries(others)) if (!isVoid(value)) choice.others[name] = value;
  return true;
}

function assemble(events: readonly ServerSentEvent[]): UnknownObject | undefined {
  const last = events.at(-1);
  if (last === undefined || last.data !== DONE) return undefined;
  const head: Record<string, unknown> = {};
  const choices = new Map<number, OpenChoice>();
  for (const event of events.slice(0, -1)) {
    const chunk = parseEventObject(event);
    if (chunk === undefined || !isVoid(chunk["error"])) return undefined;
    const { choices: chunkChoices, [PADDING]: _, ...others } = chunk;
    for (const [name, value] of Object.entries(others)) if (!isVoid(value)) head[name] = value;
    if (isVoid(chunkChoices)) continue;
    if (!Array.isArray(chunkChoices) || !chunkChoices.every((choice) => addChunkChoice(choices, choice)))
      return undefined;
  }
  const { usage, ...rest } = head;
  return {
    ...rest,
    object: "chat.completion",
    choices: [...choices]
      .toSorted(([a], [b]) => a - b)
      .map(([index, { message, others, finishReason }]) => ({
        index,
        message,
        logprobs: null,
        ...others,
        finish_reason: finishReason ?? null,
      })),
    ...(usage !== undefined && { usage }),
  };
}

function judgeChoice(choice: unknown): Judgement {
  if (!isObject(choice) || choice["finish_reason"] !== "stop") {
    return notWhole(isObject(choice) ? choice["finish_reason"] : undefined);
  }
  const message = choice["message"];
  if (!isObject(message)) return notWhole(undefined);
  // Some servers say `stop` although the model waits for a tool.
  if (!isVoid(message["tool_calls"]) || !isVoid(message["function_call"])) return notWhole("tool_calls");
  if (!isVoid(message["refusal"])) return notWhole("refusal");
  if (!isVoid(message["audio"])) return notWhole("not-replayable");
  const content = message["content"];
  if (isVoid(content)) return { finishReason: "stop", texts: [""] };
  return typeof content === "string" ? { finishReason: "stop", texts: [content] } : notWhole("not-replayable");
}

function judge(body: UnknownObject): Judgement {
  const { choices, usage } = body;
  if (!isVoid(body["error"]) || !Array.isArray(choices) || choices.length === 0) return notWhole("error");
  const judgements = choices.map(judgeChoice);
  const bad = judgements.find(({ finishReason }) => finishReason !== "stop");
  if (bad !== undefined) return bad;
  const counts = isObject(usage) ? usage : {};
  const details = isObject(counts["prompt_tokens_details"]) ? counts["prompt_tokens_details"] : {};
  return {
    finishReason: "stop",
    texts: judgements.flatMap(({ texts }) => texts),
    usage: toTokenCounts(counts["prompt_tokens"], counts["completion_tokens"], details["cached_tokens"]),
  };
}

function includesUsage({ stream_options: options }: UnknownObject): boolean {
  return isObject(options) && options["include_usage"] === true;
}

function replay(body: UnknownObject, request: UnknownObject): readonly ServerSentEvent[] {
  const { choices, usage, ...others } = body;
  const head = { ...others, object: "chat.completion.chunk" };
  const isUsageShown = includesUsage(request);
  const tail = isUsageShown ? { usage: null } : {};
  const chunks = (choices as readonly UnknownObject[]).flatMap((choice, position) => {
    const { index = position, message, logprobs = null, ...rest } = choice;
    const delta = Object.fromEntries(Object.entries(message as UnknownObject).filter(([, value]) => value !== null));
    return [
      { ...head, choices: [{ index, delta, logprobs, finish_reason: null }], ...tail },
      { ...head, choices: [{ index, delta: {}, logprobs: null, ...rest }], ...tail },
    ];
  });
  const usages = isUsageShown && !isVoid(usage) ? [{ ...head, choices: [], usage }] : [];
  const data = [...chunks, ...usages].map((chunk) => JSON.stringify(chunk));
  return [...data, DONE].map((text) => ({ type: "message", data: text }));
}

/** `POST …/chat/completions` */
export const chatDialect: Dialect = {
  path: "/chat/completions",
  promptName: "messages",
  hasSideEffect: () => false,
  asksForJson: ({ response_format: format }) =>
    isObject(format) && (format["type"] === "json_object" || format["type"] === "json_schema"),
  asksForUsage: (request) => request["stream"] !== true || includesUsage(request),
  assemble,
  judge,
  replay,
};
