import { plainText } from "../message/plain-text.ts";
import type { Attempt } from "./attempt.ts";
import { isLoopback } from "./is-loopback.ts";
import { redactSecrets } from "./redact-secrets.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A post of JSON to an address that is a secret. */
export interface JsonPost {
  /** What stands for the address in messages. */
  readonly urlVariable: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Further values that may not be told. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

const MAX_ANSWER_BYTES = 1024;
const BUSY = new Set([408, 425, 429]);
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH|EPROTO/;

/** Why an address cannot be used; `undefined` when it can. */
export function refuseUrl(variable: string, text: string): Attempt | undefined {
  const refuse = (failure: "misconfigured" | "insecure", message: string): Attempt => ({
    ok: false,
    failure,
    message: `${variable} ${message}`,
    canRetry: false,
  });
  if (!URL.canParse(text)) return refuse("misconfigured", "holds no URL");
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "")
    return refuse("misconfigured", "holds a URL with a user name, which is not sent");
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) return undefined;
  return protocol === "http:"
    ? refuse("insecure", "holds an http: URL, and only this machine may be told without TLS")
    : refuse("misconfigured", "holds a URL that is not https:");
}

/** The first bytes of an answer; the rest is not waited for. */
async function readStart(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < MAX_ANSWER_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
    }
  } catch {
    // The status is known; what the server would have said about it is not needed.
  }
  // Not waited for: a server that hangs would hold it up.
  reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString("utf8");
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]+$/.test(code) ? code : "connection failed";
}

/** Posts once. A redirect is not followed: the address is a secret, and whoever gets it could send in its name. */
export async function postJson(post: JsonPost, signal: AbortSignal): Promise<Attempt> {
  const { urlVariable, url, headers, body, secrets, nowMs } = post;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "ai-workflow-alerts", ...headers },
      body,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    const code = codeOf(error);
    return UNTRUSTED.test(code)
      ? {
          ok: false,
          failure: "insecure",
          message: `The server of ${urlVariable} is not trusted: ${code}`,
          canRetry: false,
        }
      : {
          ok: false,
          failure: "unreachable",
          message: `The server of ${urlVariable} is unreachable: ${code}`,
          canRetry: true,
        };
  }
  const { status } = response;
  if (status >= 200 && status < 300) {
    response.body?.cancel().catch(() => undefined);
    return { ok: true };
  }
  const said = plainText(redactSecrets(await readStart(response), [url, ...secrets]), 200);
  const isBusy = status >= 500 || BUSY.has(status);
  const pauseMs = retryAfterMs(response.headers.get("retry-after"), nowMs);
  return {
    ok: false,
    failure: isBusy ? "busy" : "refused",
    message: `The server of ${urlVariable} answered ${status}${said === "" ? "" : `: ${said}`}`,
    canRetry: isBusy,
    ...(isBusy && pauseMs !== undefined ? { retryAfterMs: pauseMs } : {}),
  };
}
