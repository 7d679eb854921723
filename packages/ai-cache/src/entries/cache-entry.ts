import { isCount } from "../is-count.ts";
import { canonicalBytes, type JsonValue } from "../key/canonical-bytes.ts";
import type { CacheKey } from "../key/create-cache-key.ts";
import { sha256Hex } from "../key/sha256-hex.ts";

/** Version of the file format. A reader that meets a newer one treats the entry as a miss. */
export const FORMAT_VERSION = 1;

/** Tokens that a call took. */
export interface TokenUsage {
  /** Tokens read by the model. */
  readonly inputTokens: number;
  /** Tokens written by the model. */
  readonly outputTokens: number;
  /** Those of `inputTokens` that the provider took from a cache of its own and charged less for. */
  readonly cachedInputTokens?: number | undefined;
}

/** What a model answered. Only these fields are kept; put anything else that must come back into `details`. */
export interface ModelAnswer {
  /** Why the model stopped writing; only `stop` means that the answer is whole. */
  readonly finishReason: string;
  /** The answer itself. */
  readonly text: string;
  /** What the call took; the saving that a later hit reports. */
  readonly usage?: TokenUsage | undefined;
  /** What the call cost, in US dollars. */
  readonly costUsd?: number | undefined;
  /** Anything else the caller wants back with a hit. */
  readonly details?: JsonValue | undefined;
}

/** One stored answer. Times are milliseconds since the Unix epoch. */
export interface CacheEntry {
  /** The key it is stored under; an entry in another's place is refused. */
  readonly key: CacheKey;
  /** When it was stored. */
  readonly createdMs: number;
  /** When it ends by the time to live that held at writing. */
  readonly expiresMs: number;
  /** How long the call took. */
  readonly computeMs: number;
  /** The provider asked, for people who read the file. */
  readonly provider: string;
  /** The model asked, for people who read the file. */
  readonly model: string;
  /** The answer. */
  readonly answer: ModelAnswer;
}

/**
 * Why an answer was handed to its caller but not stored: cut at the token limit, stopped by a content filter, refused by
 * the model, ended for any other reason than `stop`, without text, refused by the caller's `isValid`, not plain data, or
 * larger than the whole cache may be.
 */
export type RejectReason =
  | "truncated"
  | "content-filter"
  | "refusal"
  | "not-stopped"
  | "empty"
  | "invalid"
  | "not-json"
  | "too-large";

/** Why the bytes under a key are not an entry. */
export type DecodeProblem = "corrupt" | "newer-format";

/** What {@link decodeEntry} found. */
export type DecodedEntry =
  | { readonly ok: true; readonly entry: CacheEntry }
  | { readonly ok: false; readonly problem: DecodeProblem };

// What providers and their SDKs call the ends that are not a whole answer; whatever else they say is `not-stopped`.
const REASONS_BY_FINISH: ReadonlyMap<unknown, RejectReason> = new Map([
  ["length", "truncated"],
  ["max_tokens", "truncated"],
  ["MAX_TOKENS", "truncated"],
  ["content-filter", "content-filter"],
  ["content_filter", "content-filter"],
  ["SAFETY", "content-filter"],
  ["refusal", "refusal"],
]);

function findRejectReasonBesideDetails(answer: ModelAnswer): RejectReason | undefined {
  if (answer.finishReason !== "stop") return REASONS_BY_FINISH.get(answer.finishReason) ?? "not-stopped";
  if (typeof answer.text !== "string") return "not-json";
  if (answer.text.trim() === "") return "empty";
  if (answer.usage !== undefined && !isUsage(answer.usage)) return "not-json";
  if (answer.costUsd !== undefined && !isCost(answer.costUsd)) return "not-json";
  return undefined;
}

/** Why `answer` must not be stored, or `undefined` when it is whole: it stopped by itself, is not empty and is plain JSON. */
export function findRejectReason(answer: ModelAnswer): RejectReason | undefined {
  const reason = findRejectReasonBesideDetails(answer);
  if (reason !== undefined || answer.details === undefined) return reason;
  try {
    canonicalBytes(answer.details, "details");
  } catch {
    return "not-json";
  }
  return undefined;
}

// The checksum is written into its place once the body is encoded, so that the text becomes bytes only once.
const HEAD_START = `{"formatVersion":${FORMAT_VERSION},"checksum":"`;
const HEAD_END = '","entry":';
const CHECKSUM_LENGTH = 64;
const CHECKSUM_END = HEAD_START.length + CHECKSUM_LENGTH;
const HEAD_LENGTH = CHECKSUM_END + HEAD_END.length;
const TAIL = "}\n";
const NEWER = /^\{"formatVersion":(\d{1,9}),/;

function checksumOf(bytes: Buffer): string {
  return sha256Hex(bytes.subarray(HEAD_LENGTH, bytes.byteLength - TAIL.length));
}

// What is stored of an entry, and in which order. JSON leaves out what is `undefined`.
function pickFields({ key, createdMs, expiresMs, computeMs, provider, model, answer }: CacheEntry): CacheEntry {
  const { finishReason, text, usage, costUsd, details } = answer;
  return {
    key,
    createdMs,
    expiresMs,
    computeMs,
    provider,
    model,
    answer: {
      finishReason,
      text,
      ...(usage && { usage: pickUsage(usage) }),
      ...(costUsd !== undefined && { costUsd }),
      ...(details !== undefined && { details }),
    },
  };
}

function pickUsage({ inputTokens, outputTokens, cachedInputTokens }: TokenUsage): TokenUsage {
  return { inputTokens, outputTokens, ...(cachedInputTokens !== undefined && { cachedInputTokens }) };
}

/**
 * The bytes of an entry: one JSON document whose head has a fixed length, so that the checksum covers the very bytes
 * that follow it and not a re-serialisation of them.
 */
export function encodeEntry(entry: CacheEntry): Buffer {
  const body = JSON.stringify(pickFields(entry));
  const bytes = Buffer.from(HEAD_START + " ".repeat(CHECKSUM_LENGTH) + HEAD_END + body + TAIL, "utf8");
  bytes.write(checksumOf(bytes), HEAD_START.length, "latin1");
  return bytes;
}

function isUsage(value: unknown): value is TokenUsage {
  if (typeof value !== "object" || value === null) return false;
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = value as Partial<TokenUsage>;
  if (!isCount(inputTokens) || !isCount(outputTokens)) return false;
  return isCount(cachedInputTokens) && cachedInputTokens <= inputTokens;
}

function isCost(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

// The checksum shows accidents, not malice: what is read is still checked field by field.
function isEntry(value: unknown, key: CacheKey): value is CacheEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Partial<CacheEntry>;
  if (entry.key !== key || typeof entry.provider !== "string" || typeof entry.model !== "string") return false;
  if (!isCount(entry.createdMs) || !isCount(entry.expiresMs) || !isCount(entry.computeMs)) return false;
  if (typeof entry.answer !== "object" || entry.answer === null) return false;
  // The details were JSON a moment ago.
  return findRejectReasonBesideDetails(entry.answer) === undefined;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
}

/**
 * What {@link decodeEntry} gives back of what {@link encodeEntry} makes of an entry whose answer may be stored, without the
 * detour over bytes: frozen all the way down, and nothing that can change is shared with `entry`.
 */
export function ownEntry(entry: CacheEntry): CacheEntry {
  const { answer, ...rest } = pickFields(entry);
  if (answer.details === undefined) return freeze({ ...rest, answer });
  const details = JSON.parse(JSON.stringify(answer.details)) as JsonValue;
  return freeze({ ...rest, answer: { ...answer, details } });
}

/** The entry in `bytes`, frozen all the way down, or why there is none. Never throws, whatever the bytes are. */
export function decodeEntry(bytes: Buffer, key: CacheKey): DecodedEntry {
  const head = bytes.toString("latin1", 0, HEAD_LENGTH);
  if (!head.startsWith(HEAD_START) || !head.endsWith(HEAD_END)) {
    const version = NEWER.exec(head)?.[1];
    return { ok: false, problem: Number(version) > FORMAT_VERSION ? "newer-format" : "corrupt" };
  }
  const bodyEnd = bytes.byteLength - TAIL.length;
  if (
    bytes.toString("latin1", Math.max(bodyEnd, HEAD_LENGTH)) !== TAIL ||
    checksumOf(bytes) !== head.slice(HEAD_START.length, CHECKSUM_END)
  ) {
    return { ok: false, problem: "corrupt" };
  }
  try {
    const entry: unknown = JSON.parse(bytes.toString("utf8", HEAD_LENGTH, bodyEnd));
    return isEntry(entry, key) ? { ok: true, entry: freeze(entry) } : { ok: false, problem: "corrupt" };
  } catch {
    return { ok: false, problem: "corrupt" };
  }
}
