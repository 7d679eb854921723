import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { RunRecord, StepRecord } from "../run-record.ts";
import { ciRunUrl } from "./ci-run-url.ts";
import { encodeOtlpProtobuf } from "./encode-otlp-protobuf.ts";
import {
  otlpSettings,
  type Environment,
  type OtlpSettings,
  type OtlpSignal,
  type OtlpTarget,
} from "./otlp-settings.ts";
import type { OtlpMetrics, OtlpTraces } from "./otlp.ts";
import { readOtlpAnswer } from "./read-otlp-answer.ts";
import { toOtlpMetrics } from "./to-otlp-metrics.ts";
import { toOtlpTraces } from "./to-otlp-traces.ts";

/** What became of one signal at one place. */
export interface OtlpOutcome {
  readonly signal: OtlpSignal;
  /** `sent` also when the receiver rejected a part, which `message` then says. */
  readonly outcome: "sent" | "failed" | "off";
  /** One line for people: never with the value of a header, a login or the query of a URL. */
  readonly message: string;
  /** Variables that are set and could not be followed, in words; they are in `message`, too. @defaultValue none */
  readonly notes?: readonly string[] | undefined;
}

/** Options of {@link sendOtlp}. */
export interface SendOtlpOptions {
  /** The environment with the standard variables; see {@link otlpSettings}. */
  readonly environment: Environment;
  /** Takes what goes to `console`. Without it that exporter fails. */
  readonly write?: ((text: string) => void) | undefined;
  /**
   * Where a person can look at the run.
   *
   * @defaultValue the page of the CI run, where `environment` tells it; see {@link ciRunUrl}
   */
  readonly runUrl?: string | undefined;
  /** Where a person can look at a step's log or result. */
  readonly stepUrl?: ((step: StepRecord) => string | undefined) | undefined;
  /** Ends all sending at once. */
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Waits before the next try. @defaultValue a timer */
  readonly delay?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Wall clock in milliseconds since 1970. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
  /** Spreads the tries of many clients: at least 0, below 1. @defaultValue half of it always */
  readonly random?: (() => number) | undefined;
}

/** Most tries for one signal. */
export const OTLP_MAX_TRIES = 4;

/** Wait before the second try in milliseconds; doubled for each further one, each spread by half of it up or down. */
const FIRST_WAIT_MS = 200;

/** Answers after which the same request may be tried again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Most that is read of an answer, in bytes. */
const ANSWER_LIMIT = 64 * 1024;

/** Longest words of a receiver that are repeated. */
const WORDS_LIMIT = 300;

/**
 * Sends a run's traces and metrics to where the standard `OTEL_*` variables say, both at the same time, and tells what became of each. Off
 * without them. Never rejects and never takes longer than `OTEL_EXPORTER_OTLP_TIMEOUT` (here 5 seconds where it is unset), tries and waits
 * together. Follows no redirects, since headers carry secrets.
 *
 * Tried again: what could not connect, and answers 429, 502, 503 and 504, after `Retry-After` where it is told and still in time. A
 * receiver may then get the same ids twice.
 *
 * Source: "OpenTelemetry Protocol Specification", "OTLP/HTTP".
 */
export async function sendOtlp(record: RunRecord, options: SendOtlpOptions): Promise<readonly OtlpOutcome[]> {
  try {
    const settings = otlpSettings(options.environment);
    const signals: readonly OtlpSignal[] = ["traces", "metrics"];
    return await Promise.all(
      signals.flatMap((signal) =>
        settings.targets[signal].map(async (target): Promise<OtlpOutcome> => {
          try {
            return withNotes(await deliver(record, signal, target, settings, options), settings);
          } catch (error) {
            return { signal, outcome: "failed", message: `The export broke: ${nameOf(error)}` };
          }
        }),
      ),
    );
  } catch (error) {
    const message = `The export broke: ${nameOf(error)}`;
    return [
      { signal: "traces", outcome: "failed", message },
      { signal: "metrics", outcome: "failed", message },
    ];
  }
}

/** Messages of errors can hold what was sent, names cannot. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "unknown error");

function withNotes(outcome: OtlpOutcome, { notes }: OtlpSettings): OtlpOutcome {
  return outcome.outcome === "off" || notes.length === 0
    ? outcome
    : { ...outcome, message: [outcome.message, ...notes].join("; "), notes };
}

interface Content {
  readonly body: OtlpTraces | OtlpMetrics;
  /** Number of spans or data points, and the word for them. */
  readonly size: number;
  readonly unit: string;
}

function contentOf(record: RunRecord, signal: OtlpSignal, settings: OtlpSettings, options: SendOtlpOptions): Content {
  const { serviceName, resourceAttributes, parent, traceState, temporality } = settings;
  const runUrl = options.runUrl ?? ciRunUrl(options.environment);
  const shared = { serviceName, resourceAttributes, runUrl };
  if (signal === "traces") {
    const body = toOtlpTraces(record, { ...shared, parent, traceState, stepUrl: options.stepUrl });
    const size = body.resourceSpans.reduce(
      (sum, { scopeSpans }) => sum + scopeSpans.reduce((inner, { spans }) => inner + spans.length, 0),
      0,
    );
    return { body, size, unit: "spans" };
  }
  const body = toOtlpMetrics(record, { ...shared, temporality });
  const metrics = body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const size = metrics.reduce((sum, metric) => {
    if ("gauge" in metric) return sum + metric.gauge.dataPoints.length;
    return sum + ("sum" in metric ? metric.sum.dataPoints.length : metric.histogram.dataPoints.length);
  }, 0);
  return { body, size, unit: "data points" };
}

async function deliver(
  record: RunRecord,
  signal: OtlpSignal,
  target: OtlpTarget,
  settings: OtlpSettings,
  options: SendOtlpOptions,
): Promise<OtlpOutcome> {
  switch (target.kind) {
    case "off":
      return { signal, outcome: "off", message: target.message };
    case "impossible":
      return { signal, outcome: "failed", message: target.message };
    case "console": {
      if (options.write === undefined) return { signal, outcome: "failed", message: "there is no console here" };
      const { body, size, unit } = contentOf(record, signal, settings, options);
      options.write(`${JSON.stringify(body)}\n`);
      return { signal, outcome: "sent", message: `${size} ${unit} to the console` };
    }
    case "send":
      return { signal, ...(await post(record, contentOf(record, signal, settings, options), target, options)) };
  }
}

type SendTarget = Extract<OtlpTarget, { kind: "send" }>;

async function post(
  record: RunRecord,
  content: Content,
  target: SendTarget,
  options: SendOtlpOptions,
): Promise<Omit<OtlpOutcome, "signal">> {
  const now = options.now ?? Date.now;
  const random = options.random ?? (() => 0.5);
  const delay = options.delay ?? ((ms, signal) => wait(ms, undefined, { signal }));
  const deadline = now() + target.timeoutMs;
  const timeout = AbortSignal.timeout(target.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const place = `${target.url.origin}${target.url.pathname}`;
  const failed = (what: string): Omit<OtlpOutcome, "signal"> => ({ outcome: "failed", message: `${place} ${what}` });
  const ended = (): Omit<OtlpOutcome, "signal"> =>
    failed(options.signal?.aborted === true ? "was given up" : `did not answer in ${target.timeoutMs} ms`);

  const request = requestOf(record, content, target, signal);
  for (let tries = 1; ; tries += 1) {
    const reply = await attempt(request, target, signal, options);
    if (signal.aborted && reply.kind === "broken") return ended();
    if (reply.kind === "taken") {
      const { rejected, message } = reply;
      const said = message === "" ? "" : `: ${message}`;
      if (rejected > 0) {
        return { outcome: "sent", message: `${place} rejected ${rejected} of ${content.size} ${content.unit}${said}` };
      }
      return { outcome: "sent", message: `${content.size} ${content.unit} to ${place}${said}` };
    }
    if (!reply.retryable || tries === OTLP_MAX_TRIES) return failed(`${reply.message}${again(tries)}`);
    const backoff = FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + random());
    const waitMs = reply.retryAfter === undefined ? backoff : (retryAfterMs(reply.retryAfter, now()) ?? backoff);
    if (now() + waitMs >= deadline) return failed(`${reply.message}${again(tries)}; another try would be too late`);
    try {
      await delay(waitMs, signal);
    } catch {
      return ended();
    }
  }
}

const again = (tries: number): string => (tries === 1 ? "" : `, ${tries} times`);

interface Request {
  readonly url: URL;
  readonly init: RequestInit;
}

function requestOf(record: RunRecord, content: Content, target: SendTarget, signal: AbortSignal): Request {
  const isJson = target.protocol === "http/json";
  const plain = isJson ? Buffer.from(JSON.stringify(content.body), "utf8") : encodeOtlpProtobuf(content.body);
  return {
    url: target.url,
    init: {
      method: "POST",
      redirect: "manual",
      signal,
      headers: {
        "user-agent": `ai-workflow/${record.toolVersion.replaceAll(/[^\w.+-]/gu, "_")}`,
        ...target.headers,
        "content-type": isJson ? "application/json" : "application/x-protobuf",
        ...(target.gzip ? { "content-encoding": "gzip" } : {}),
      },
      body: target.gzip ? gzipSync(plain) : plain,
    },
  };
}

type Reply =
  | { readonly kind: "taken"; readonly rejected: number; readonly message: string }
  | {
      readonly kind: "refused";
      readonly retryable: boolean;
      readonly message: string;
      readonly retryAfter: string | undefined;
    }
  | { readonly kind: "broken"; readonly retryable: true; readonly message: string; readonly retryAfter: undefined };

async function attempt(
  request: Request,
  target: SendTarget,
  signal: AbortSignal,
  options: SendOtlpOptions,
): Promise<Reply> {
  try {
    const response = await (options.fetch ?? fetch)(request.url, request.init);
    const { status } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      const message = `answered ${status}, a redirect, which is not followed`;
      return { kind: "refused", retryable: false, message, retryAfter: undefined };
    }
    const json = (response.headers.get("content-type") ?? "").toLowerCase().includes("json");
    const answer = readOtlpAnswer(await readSome(response, signal), { json, ok: response.ok });
    const message = presentable(answer.message, target);
    if (response.ok) return { kind: "taken", rejected: answer.rejected, message };
    return {
      kind: "refused",
      retryable: RETRYABLE.has(status),
      message: `answered ${status}${message === "" ? "" : ` (${message})`}`,
      retryAfter: response.headers.get("retry-after") ?? undefined,
    };
  } catch (error) {
    return { kind: "broken", retryable: true, message: `cannot be reached (${codeOf(error)})`, retryAfter: undefined };
  }
}

/** A code such as `ECONNREFUSED`; messages of errors can hold what was sent. */
function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code } = cause as { readonly code?: unknown };
    if (typeof code === "string" && /^[A-Z0-9_]{1,60}$/u.test(code)) return code;
  }
  return nameOf(error);
}

async function readSome(response: Response, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  try {
    while (length < ANSWER_LIMIT && !signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      chunks.push(value);
      length += value.length;
    }
    await reader.cancel();
    return new Uint8Array();
  } catch {
    // The status has come; words that were cut off are worth nothing.
    return new Uint8Array();
  }
}

/** Words of a receiver: on one line, not endless, and without what it may repeat of headers and query. */
function presentable(words: string, target: SendTarget): string {
  const { search, searchParams } = target.url;
  const secrets = [search.slice(1), ...searchParams.values(), ...Object.values(target.headers)]
    .flatMap((value) => [value, ...value.split(/[\s,;=:]+/u)])
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  let text = words;
  for (const secret of secrets) text = text.replaceAll(secret, "***");
  const line = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return line.length > WORDS_LIMIT ? `${line.slice(0, WORDS_LIMIT)}…` : line;
}

/** Wait that `Retry-After` asks for, as seconds or as a date; `undefined` for anything else. */
function retryAfterMs(value: string, nowMs: number): number | undefined {
  if (/^\s*\d{1,9}\s*$/u.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isFinite(at) ? Math.max(0, at - nowMs) : undefined;
}
