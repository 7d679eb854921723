/** How long a server may send nothing at all while it streams, in milliseconds, when nothing else is said. */
export const DEFAULT_IDLE_TIMEOUT_MS: number = 60_000;
/** How much a server may send for one answer when nothing else is said, in bytes. */
export const DEFAULT_MAX_ANSWER_BYTES: number = 64 * 1024 * 1024;

/** What providers that speak HTTP have in common. */
export interface HttpProviderOptions {
  /** The model to ask when a request names none. */
  readonly model?: string | undefined;
  /** What the provider is called in messages and keys. */
  readonly name?: string | undefined;
  /** Sent with each request; values that authenticate never reach a message. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The environment variable that the key comes from, for messages. */
  readonly apiKeyVariable?: string | undefined;
  /**
   * How long the server may send nothing at all, in milliseconds, the first byte included. Besides it the client's limit for
   * the whole question holds, and Node's own of 300 s until the first byte.
   *
   * @defaultValue {@link DEFAULT_IDLE_TIMEOUT_MS}; none without `streaming`, where nothing comes before the whole answer
   */
  readonly idleTimeoutMs?: number | undefined;
  /** How much the server may send for one answer, in bytes, the protocol around it included. @defaultValue {@link DEFAULT_MAX_ANSWER_BYTES} */
  readonly maxAnswerBytes?: number | undefined;
  /** Whether to ask for a stream; `false` for servers that have none. @defaultValue true */
  readonly streaming?: boolean | undefined;
  /** Whether to send a request's JSON Schema. A server that refuses it is asked once more without. @defaultValue true */
  readonly supportsStructuredOutputs?: boolean | undefined;
  /** The wall clock, in milliseconds since 1970, for servers that say until when to wait but not their own time. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
}

/** Names of headers and parameters whose values authenticate. */
export const SECRET_NAME: RegExp = /key|token|secret|auth|passw|signature|cookie/i;

/** `url` without a slash at its end. @throws {TypeError} when it is no http or https address, or holds what should be secret */
export function readBaseUrl(url: string, createdBy: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must be an http or https address`);
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must be an http or https address, got ${parsed.protocol}`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must not hold credentials; they go into \`apiKey\``);
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must have no query and no fragment`);
  }
  return url.replace(/\/+$/, "");
}

/** @throws {TypeError} when a query parameter is called like a secret: it would stand in logs, keys and messages */
export function readQuery(query: Readonly<Record<string, string>>, createdBy: string): string {
  for (const name of Object.keys(query)) {
    if (!SECRET_NAME.test(name)) continue;
    throw new TypeError(
      `Cannot ${createdBy}: \`query\` must not hold "${name}"; secrets go into \`apiKey\` or \`headers\``,
    );
  }
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return sorted.toString();
}

/** @throws {TypeError} when `value` cannot be sent as a header; the error of `fetch` for such a value would repeat it */
export function requireHeaderValue(value: string, option: string, createdBy: string): void {
  if (/^[\t\u0020-\u007E\u0080-\u00FF]+$/.test(value) && value.trim() === value) return;
  throw new TypeError(`Cannot ${createdBy}: \`${option}\` must be a text without line breaks or spaces around it`);
}
