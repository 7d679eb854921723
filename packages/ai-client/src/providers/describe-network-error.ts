import { failedAnswer, type FailedAnswer } from "./failed-answer.ts";

const MAX_CAUSES = 8;
const CONNECTION_CODE =
  /^(?:E(?:CONN\w+|NOTFOUND|AI_\w+|PIPE|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL)|UND_ERR_\w+|HPE_\w+)$/;
const CERTIFICATE_CODE = /CERT|^ERR_TLS|^UNABLE_TO_|^EPROTO$|^ERR_SSL/;
// Node's fetch says so when the transport failed; these messages hold nothing of the request.
const FETCH_FAILURES = ["fetch failed", "terminated", "other side closed"];

/**
 * What an error of Node's `fetch`, or one that it caused, comes to. The connection may work next time; a certificate that is
 * not accepted will not.
 *
 * @param address host and port of the server, for the message
 * @returns `undefined` for errors that do not come from the network
 */
export function describeNetworkError(error: unknown, address?: string): FailedAnswer | undefined {
  const server = address === undefined ? "the server" : address;
  let isFetchFailure = false;
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === "object" && current !== null; depth += 1) {
    const { code, message, cause } = current as { code?: unknown; message?: unknown; cause?: unknown };
    if (typeof code === "string") {
      if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
        return failedAnswer("timed-out", `The server stopped sending (${code})`, { retryable: true });
      }
      if (CERTIFICATE_CODE.test(code)) {
        return failedAnswer("unreachable", `The server's certificate is not accepted (${code})`);
      }
      if (CONNECTION_CODE.test(code)) {
        return failedAnswer("unreachable", `The connection to ${server} failed (${code})${adviceFor(code)}`, {
          retryable: true,
        });
      }
    }
    if (typeof message === "string") isFetchFailure ||= FETCH_FAILURES.includes(message.toLowerCase());
    current = cause;
  }
  if (!isFetchFailure) return undefined;
  return failedAnswer("unreachable", `The connection to ${server} failed`, { retryable: true });
}

function adviceFor(code: string): string {
  if (code === "ECONNREFUSED") return "; is it running?";
  return code === "ENOTFOUND" ? "; is the name right?" : "";
}

/** Host and port of `baseUrl`, or `undefined` when it is no address. Nothing else of it, which may be private. */
export function describeAddress(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return undefined;
  const { hostname, port, protocol } = new URL(baseUrl);
  const usual = protocol === "https:" ? "443" : "80";
  return hostname === "" ? undefined : `${hostname}:${port === "" ? usual : port}`;
}
