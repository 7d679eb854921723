import type { ProviderAnswer } from "../provider.ts";
import type { Refusal } from "./call-features.ts";
import { describeHttpFailure, type CallSubject } from "./describe-http-failure.ts";
import { describeNetworkError } from "./describe-network-error.ts";
import { failedAnswer, type FailedAnswer } from "./failed-answer.ts";
import type { ModelOutput } from "./read-model-answer.ts";
import { readServerError } from "./read-server-error.ts";
import type { WatchedFetch } from "./watched-fetch.ts";

/** An exchange to judge. */
export interface ExchangeContext {
  readonly watched: WatchedFetch;
  readonly subject: CallSubject;
  readonly streaming: boolean;
  /** The wall clock. */
  readonly now: () => number;
}

/** What an exchange came to. */
export interface Verdict {
  readonly answer: ProviderAnswer;
  /** The status of a refused request, and what the server said. */
  readonly refusal?: Refusal | undefined;
}

// WHATWG HTML, section 9.2.5: a line of an event stream is a comment or one of these.
const STREAM_FIELDS = ["data:", "event:", "id:", "retry:", ":"];

function readResponse(error: unknown): { headers: Record<string, string>; body: string } | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { statusCode, responseHeaders, responseBody } = error as Record<string, unknown>;
  if (typeof statusCode !== "number") return undefined;
  const headers = typeof responseHeaders === "object" && responseHeaders !== null ? responseHeaders : {};
  return {
    headers: headers as Record<string, string>,
    body: typeof responseBody === "string" ? responseBody : "",
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isBeginningOfStream(text: string): boolean {
  return text !== "" && STREAM_FIELDS.some((field) => text.startsWith(field) || field.startsWith(text));
}

// Such a stream has no parts yet; one with a whole event that is no part speaks another protocol.
function isCutInFirstEvent(text: string): boolean {
  return isBeginningOfStream(text) && !/^data:.*\r?\n\r?\n/m.test(text);
}

/** Why a body with status 200 is no answer, going by its beginning. */
function describeWrongBody({ watched, subject, streaming }: ExchangeContext): FailedAnswer {
  const beginning = watched.beginning().trimStart();
  const cut = { retryable: true };
  if (beginning === "") return failedAnswer("unreachable", "The server sent an empty body", cut);
  if (beginning.startsWith("<")) {
    const message =
      "The server sent a web page instead of an answer; check the base URL, and proxies and portals on the way";
    return failedAnswer("malformed", message);
  }
  const document = parseJson(beginning);
  if (document !== undefined) {
    const error = readServerError(document);
    const described = error && describeHttpFailure({ status: 200, headers: {}, error }, subject, 0);
    if (described !== undefined) return described;
    if (error !== undefined)
      return failedAnswer("malformed", "The server sent an error with status 200 instead of an answer");
    if (streaming) {
      const message = "The server sent one document although a stream was asked for; ask it without streaming";
      return failedAnswer("malformed", message);
    }
  } else if (watched.isWhole() && /^[{[]/.test(beginning)) {
    return failedAnswer("unreachable", "The answer ended in the middle", cut);
  }
  return failedAnswer("malformed", "The server sent something that is not an answer of the expected protocol");
}

/** What an error that came in place of an answer amounts to. */
export function judgeError(error: unknown, context: ExchangeContext): Verdict {
  const verdict = judgeErrorItself(error, context);
  return { ...verdict, answer: markCharge(verdict.answer, context.watched) };
}

/** Whether Node's fetch refuses the address itself: its port or its scheme. */
function isNeverSent(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth += 1) {
    if (/bad port|unknown scheme|scheme must be|invalid url/i.test(current.message)) return true;
  }
  return false;
}

function judgeErrorItself(error: unknown, context: ExchangeContext): Verdict {
  const { watched, subject, now } = context;
  const ended = watched.failure();
  if (ended !== undefined) return { answer: ended };
  // A body that breaks off comes as an error with the status of its response, so the cause goes first.
  const network = describeNetworkError(error, subject.address);
  if (network !== undefined) return { answer: network };
  const status = watched.status();
  if (status === undefined) {
    const why = error instanceof Error ? ` (${error.name})` : "";
    // Whatever broke on the way, but for an address that no request is sent to, may not break next time.
    return isNeverSent(error)
      ? { answer: failedAnswer("unreachable", "No request could be sent to the server; check the base URL") }
      : { answer: failedAnswer("unreachable", `No answer came from the server${why}`, { retryable: true }) };
  }
  const response = readResponse(error);
  if (response !== undefined) {
    // The SDK invents a status for errors inside of a stream; that of the response is in `status`.
    const { headers, body } = response;
    const described = describeHttpFailure({ status, headers, error: readServerError(parseJson(body)) }, subject, now());
    if (described !== undefined) return { answer: described, refusal: { status, body } };
    return { answer: describeWrongBody(context) };
  }
  if (!(error instanceof Error)) {
    const said = readServerError({ error });
    const described = said && describeHttpFailure({ status: 200, headers: {}, error: said }, subject, 0);
    return { answer: described ?? failedAnswer("malformed", "The server ended the answer with an error") };
  }
  // Errors of the SDK repeat what they could not read, which may be anything.
  return { answer: describeWrongBody(context) };
}

// Before a model works nothing of its protocol comes, but for errors.
function mayBeCharged(watched: WatchedFetch): boolean {
  const status = watched.status() ?? 0;
  const beginning = watched.beginning().trimStart();
  if (status < 200 || status > 299 || !(beginning.startsWith("{") || isBeginningOfStream(beginning))) return false;
  return readServerError(parseJson(beginning)) === undefined;
}

function markCharge(answer: ProviderAnswer, watched: WatchedFetch): ProviderAnswer {
  if (answer.status === "answered" || answer.usage !== undefined || !mayBeCharged(watched)) return answer;
  return { ...answer, mayBeCharged: true };
}

/** What an answer, or the beginning of one, amounts to. Only one that says why it ended, and without an error, is an answer. */
export function judgeOutput(output: ModelOutput, context: ExchangeContext): Verdict {
  const verdict = judgeOutputItself(output, context);
  return { ...verdict, answer: markCharge(verdict.answer, context.watched) };
}

function judgeOutputItself(output: ModelOutput, context: ExchangeContext): Verdict {
  const { watched, streaming } = context;
  const { text, finishReason, usage, error, hasParts } = output;
  const ended = watched.failure();
  if (ended !== undefined) return { answer: ended };
  const isUnfinished = error instanceof Error && error.name === "AI_InvalidResponseDataError";
  if (error !== undefined && !isUnfinished) {
    // A part that cannot be read inside of an answer that could be: nothing is known of the rest.
    if (hasParts && error instanceof Error && readResponse(error) === undefined) {
      return { answer: failedAnswer("malformed", "A part of the answer cannot be read") };
    }
    return judgeErrorItself(error, context);
  }
  if (finishReason === undefined) {
    if (!hasParts && !(streaming && isCutInFirstEvent(watched.beginning().trimStart()))) {
      return { answer: describeWrongBody(context) };
    }
    if (!streaming) return { answer: failedAnswer("malformed", "The answer does not say why it ended") };
    const message = "The stream ended before the answer did: no finish reason came";
    return { answer: failedAnswer("unreachable", message, { retryable: true }) };
  }
  if (finishReason === "stop" && text.trim() === "") {
    return { answer: failedAnswer("malformed", "The answer is empty", { retryable: true, usage }) };
  }
  return { answer: { status: "answered", finishReason, text, ...(usage && { usage }) } };
}
