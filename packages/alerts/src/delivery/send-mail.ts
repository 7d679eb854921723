import type { Email } from "../channels/to-email.ts";
import { plainText } from "../message/plain-text.ts";
import type { EmailChannel } from "./alert-channel.ts";
import type { Attempt } from "./attempt.ts";
import { isLoopback } from "./is-loopback.ts";
import { redactSecrets } from "./redact-secrets.ts";

/** A mail and how to send it. */
export interface MailPost {
  readonly channel: EmailChannel;
  readonly email: Email;
  /** The same for each try, so that a mail that came twice can be recognised. */
  readonly id: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly timeoutMs: number;
  /** Certificates, in PEM, to trust besides the system's. */
  readonly ca: string | undefined;
}

const DEFAULT_PORTS = { implicit: 465, starttls: 587, none: 25 } as const;
// One address as people write it, with or without a name before it; nothing that could begin another header or recipient.
const ADDRESS = /^(?:[^<>@,;:"\r\n\\]*<[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>|[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+)$/;

/** Why a channel for mails cannot be used; `undefined` when it can. */
export function refuseMailChannel(channel: EmailChannel): Attempt | undefined {
  const refuse = (failure: "misconfigured" | "insecure", message: string): Attempt => ({
    ok: false,
    failure,
    message,
    canRetry: false,
  });
  const { host, port, from, to, tls } = channel;
  if (host === "" || /[\s/@]/.test(host))
    return refuse("misconfigured", "The host of the mail server is not a host name");
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    return refuse("misconfigured", "The port of the mail server must be a whole number from 1 to 65535");
  if (to.length === 0) return refuse("misconfigured", "The mail has no recipients");
  const wrong = [from, ...to].find((address) => address.length > 320 || !ADDRESS.test(address));
  if (wrong !== undefined)
    return refuse("misconfigured", `Not one mail address: ${JSON.stringify(plainText(wrong, 100))}`);
  if (tls === "none" && !isLoopback(host))
    return refuse("insecure", "Mail without TLS may be sent only to a server on this machine");
  return undefined;
}

const numberIn = (error: object, key: string): number | undefined => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "number" ? value : undefined;
};

const textIn = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : "";
};

function toFailure(error: unknown, secrets: readonly string[]): Attempt {
  if (typeof error !== "object" || error === null)
    return { ok: false, failure: "unexpected", message: "The mail could not be sent", canRetry: false };
  const code = textIn(error, "code");
  const replyCode = numberIn(error, "responseCode") ?? 0;
  const said = plainText(redactSecrets(textIn(error, "response"), secrets), 200);
  const because = said === "" ? code : said;
  if (replyCode >= 400 && replyCode < 500)
    return {
      ok: false,
      failure: "busy",
      message: `The mail server asks to come back later: ${because}`,
      canRetry: true,
    };
  if (code === "ETLS")
    return {
      ok: false,
      failure: "insecure",
      message: "The mail server offers no TLS that can be trusted",
      canRetry: false,
    };
  if (replyCode >= 500)
    return { ok: false, failure: "refused", message: `The mail server refused: ${because}`, canRetry: false };
  switch (code) {
    case "ETIMEDOUT":
      return { ok: false, failure: "timed-out", message: "The mail server does not answer", canRetry: true };
    case "EAUTH":
    case "ENOAUTH":
      return {
        ok: false,
        failure: "refused",
        message: `The mail server let nobody log in: ${because}`,
        canRetry: false,
      };
    case "ESOCKET":
    case "ECONNECTION":
    case "EDNS":
    case "EPROTOCOL": {
      const original = textIn(error, "originalCode");
      return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO$/.test(original)
        ? { ok: false, failure: "insecure", message: `The mail server is not trusted: ${original}`, canRetry: false }
        : {
            ok: false,
            failure: "unreachable",
            message: `The mail server is unreachable: ${original || code}`,
            canRetry: true,
          };
    }
    default:
      return {
        ok: false,
        failure: "unexpected",
        message: `The mail could not be sent: ${code || "unknown error"}`,
        canRetry: false,
      };
  }
}

/** Sends once. The mail program is loaded only here. */
export async function sendMail(post: MailPost, signal: AbortSignal): Promise<Attempt> {
  const { channel, email, id, user, password, timeoutMs, ca } = post;
  const { host, from, to, tls = "starttls" } = channel;
  const { createTransport } = await import("nodemailer");
  const { rootCertificates } = await import("node:tls");
  const transport = createTransport({
    host,
    port: channel.port ?? DEFAULT_PORTS[tls],
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // Whoever is done with, or has been given up on, is not waited for to hang up as well: that would hold the process up.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" }, forceAuth: true }),
    tls: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) },
  });
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(from)?.[1] ?? "localhost";
  try {
    const info = await transport.sendMail({
      from,
      to: [...to],
      subject: email.subject,
      text: email.text,
      messageId: `<${id}@${domain}>`,
      // RFC 3834: no automatic answers, such as those of people on holiday.
      headers: { "Auto-Submitted": "auto-generated" },
      signal,
    });
    const refused = info.rejected?.length ?? 0;
    return refused === 0 ? { ok: true } : { ok: true, refusedRecipientCount: refused };
  } catch (error) {
    // The last is what a login by AUTH PLAIN sends, in Base64.
    const secrets = user === undefined ? [] : [user, password ?? "", `\0${user}\0${password ?? ""}`];
    return toFailure(error, secrets);
  } finally {
    transport.close();
  }
}
