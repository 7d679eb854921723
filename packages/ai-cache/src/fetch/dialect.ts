import type { UnknownObject } from "../adapters/stable-json.ts";
import type { TokenUsage } from "../entries/cache-entry.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

/** What a body says about its answer. */
export interface Judgement {
  /** `stop` when every part of it is whole and can be given back in both forms. */
  readonly finishReason: string;
  /** The texts: one for each choice. */
  readonly texts: readonly string[];
  readonly usage?: TokenUsage | undefined;
}

/** One of the endpoints whose answers are cached, as pure functions over its bodies. */
export interface Dialect {
  /** How the path of the endpoint ends. */
  readonly path: string;
  /** The member of a request that holds the prompt. */
  readonly promptName: string;
  /** Whether a request asks for something that only the provider itself can do, such as adding to a conversation it keeps. */
  hasSideEffect(request: UnknownObject): boolean;
  /** Whether the answer must be JSON. */
  asksForJson(request: UnknownObject): boolean;
  /** Whether the provider was asked to tell the usage. */
  asksForUsage(request: UnknownObject): boolean;
  /** The body that the events of a whole stream add up to, or `undefined` when it was cut or cannot be told in that form. */
  assemble(events: readonly ServerSentEvent[]): UnknownObject | undefined;
  /** Whether a body is a whole answer, and what it says. */
  judge(body: UnknownObject): Judgement;
  /** The events by which the provider would have sent a body that is whole. */
  replay(body: UnknownObject, request: UnknownObject): readonly ServerSentEvent[];
}

/** A judgement for what is no whole answer. */
export function notWhole(finishReason: unknown): Judgement {
  return {
    finishReason: typeof finishReason === "string" && finishReason !== "stop" ? finishReason : "incomplete",
    texts: [],
  };
}

/** Whether a member of a body carries nothing. */
export function isVoid(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The JSON object in an event's data, or `undefined`. */
export function parseEventObject({ data }: ServerSentEvent): UnknownObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as UnknownObject) : undefined;
  } catch {
    return undefined;
  }
}
