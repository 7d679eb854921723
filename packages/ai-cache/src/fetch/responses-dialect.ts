import { isObject, type UnknownObject } from "../adapters/stable-json.ts";
import { toTokenCounts } from "../adapters/token-counts.ts";
import { isVoid, notWhole, parseEventObject, type Dialect, type Judgement } from "./dialect.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

// Sent by some servers behind the last event, as in chat completions.
const DONE = "[DONE]";

function assemble(events: readonly ServerSentEvent[]): UnknownObject | undefined {
  const objects = events.filter(({ data }) => data !== DONE).map(parseEventObject);
  if (objects.some((object) => object === undefined || object["type"] === "error")) return undefined;
  const last = objects.at(-1);
  if (last === undefined || last["type"] !== "response.completed") return undefined;
  return isObject(last["response"]) ? last["response"] : undefined;
}

function judgeStatus({ status, error, incomplete_details: incomplete }: UnknownObject): string {
  if (!isVoid(error)) return "error";
  const reason = isObject(incomplete) ? incomplete["reason"] : undefined;
  if (reason === "max_output_tokens") return "length";
  if (reason === "content_filter") return "content_filter";
  return status === "completed" && reason === undefined ? "stop" : "incomplete";
}

function judgeMessage({ content }: UnknownObject): Judgement {
  if (!Array.isArray(content)) return notWhole(undefined);
  const parts: readonly unknown[] = content;
  if (parts.some((part) => isObject(part) && part["type"] === "refusal")) return notWhole("refusal");
  const texts = parts.map((part) => (isObject(part) && part["type"] === "output_text" ? part["text"] : undefined));
  return texts.every((text) => typeof text === "string")
    ? { finishReason: "stop", texts: [texts.join("")] }
    : notWhole("not-replayable");
}

function isReasoning(item: UnknownObject): boolean {
  return [item["summary"], item["content"]].every(
    (parts) =>
      isVoid(parts) ||
      (Array.isArray(parts) && parts.every((part) => isObject(part) && typeof part["text"] === "string")),
  );
}

function judgeItem(item: unknown): Judgement {
  if (!isObject(item)) return notWhole(undefined);
  if (!isVoid(item["status"]) && item["status"] !== "completed") return notWhole(undefined);
  if (item["type"] === "message") return judgeMessage(item);
  if (item["type"] === "reasoning" && isReasoning(item)) return { finishReason: "stop", texts: [] };
  return notWhole("tool_calls");
}

function judge(body: UnknownObject): Judgement {
  const status = judgeStatus(body);
  if (status !== "stop") return notWhole(status);
  const { output, usage } = body;
  if (!Array.isArray(output)) return notWhole(undefined);
  const judgements = output.map(judgeItem);
  const bad = judgements.find(({ finishReason }) => finishReason !== "stop");
  if (bad !== undefined) return bad;
  const counts = isObject(usage) ? usage : {};
  const details = isObject(counts["input_tokens_details"]) ? counts["input_tokens_details"] : {};
  return {
    finishReason: "stop",
    texts: [judgements.flatMap(({ texts }) => texts).join("")],
    usage: toTokenCounts(counts["input_tokens"], counts["output_tokens"], details["cached_tokens"]),
  };
}

type Member = readonly [type: string, members: UnknownObject];

function listObjects(value: unknown): readonly UnknownObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function replayMessage(item: UnknownObject, place: UnknownObject): readonly Member[] {
  return listObjects(item["content"]).flatMap((part, contentIndex): readonly Member[] => {
    const at = { ...place, content_index: contentIndex };
    const annotations = listObjects(part["annotations"]);
    return [
      ["response.content_part.added", { ...at, part: { ...part, text: "", annotations: [] } }],
      ["response.output_text.delta", { ...at, delta: part["text"], logprobs: part["logprobs"] ?? [] }],
      ...annotations.map((annotation, index): Member => [
        "response.output_text.annotation.added",
        { ...at, annotation_index: index, annotation },
      ]),
      ["response.output_text.done", { ...at, text: part["text"], logprobs: part["logprobs"] ?? [] }],
      ["response.content_part.done", { ...at, part }],
    ];
  });
}

function replayReasoning(item: UnknownObject, place: UnknownObject): readonly Member[] {
  const summaries = listObjects(item["summary"]).flatMap((part, index): readonly Member[] => {
    const at = { ...place, summary_index: index };
    return [
      ["response.reasoning_summary_part.added", { ...at, part: { ...part, text: "" } }],
      ["response.reasoning_summary_text.delta", { ...at, delta: part["text"] }],
      ["response.reasoning_summary_text.done", { ...at, text: part["text"] }],
      ["response.reasoning_summary_part.done", { ...at, part }],
    ];
  });
  const contents = listObjects(item["content"]).flatMap((part, index): readonly Member[] => {
    const at = { ...place, content_index: index };
    return [
      ["response.content_part.added", { ...at, part: { ...part, text: "" } }],
      ["response.reasoning_text.delta", { ...at, delta: part["text"] }],
      ["response.reasoning_text.done", { ...at, text: part["text"] }],
      ["response.content_part.done", { ...at, part }],
    ];
  });
  return [...summaries, ...contents];
}

function replayItem(item: UnknownObject, outputIndex: number): readonly Member[] {
  const place = { item_id: item["id"], output_index: outputIndex };
  const isMessage = item["type"] === "message";
  const empty = isMessage ? { content: [] } : { summary: [], ...(item["content"] !== undefined && { content: [] }) };
  return [
    ["response.output_item.added", { output_index: outputIndex, item: { ...item, status: "in_progress", ...empty } }],
    ...(isMessage ? replayMessage(item, place) : replayReasoning(item, place)),
    ["response.output_item.done", { output_index: outputIndex, item }],
  ];
}

function replay(body: UnknownObject): readonly ServerSentEvent[] {
  const begun = { ...body, status: "in_progress", output: [], usage: null };
  const members: readonly Member[] = [
    ["response.created", { response: begun }],
    ["response.in_progress", { response: begun }],
    ...listObjects(body["output"]).flatMap(replayItem),
    ["response.completed", { response: body }],
  ];
  return members.map(([type, rest], index) => ({
    type,
    data: JSON.stringify({ type, sequence_number: index, ...rest }),
  }));
}

/** `POST …/responses` */
export const responsesDialect: Dialect = {
  path: "/responses",
  promptName: "input",
  hasSideEffect: ({ conversation, background }) => !isVoid(conversation) || background === true,
  asksForJson: ({ text }) =>
    isObject(text) &&
    isObject(text["format"]) &&
    (text["format"]["type"] === "json_object" || text["format"]["type"] === "json_schema"),
  asksForUsage: () => true,
  assemble,
  judge,
  replay,
};
