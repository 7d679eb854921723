import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { toDiscordPayload } from "../channels/to-discord-payload.ts";
import { toEmail } from "../channels/to-email.ts";
import { toJobSummary } from "../channels/to-job-summary.ts";
import { toSlackPayload } from "../channels/to-slack-payload.ts";
import { toTeamsPayload } from "../channels/to-teams-payload.ts";
import { toWebhookPayload } from "../channels/to-webhook-payload.ts";
import type { AlertMessage } from "../message/compose-message.ts";
import type { AlertChannel, ChatChannel, EmailChannel, WebhookChannel } from "./alert-channel.ts";
import { appendJobSummary } from "./append-job-summary.ts";
import type { Attempt, Delay } from "./attempt.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { postJson, refuseUrl } from "./post-json.ts";
import { refuseMailChannel, sendMail } from "./send-mail.ts";
import { signWebhook } from "./sign-webhook.ts";
import { tryDelivery, type TrySettings } from "./try-delivery.ts";

/** Settings of {@link deliverAlerts}. */
export interface DeliverOptions {
  /** Where the variables that channels name are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends nothing and gives what would be sent. @defaultValue false */
  readonly dryRun?: boolean | undefined;
  /** @defaultValue 3 */
  readonly maxTries?: number | undefined;
  /** For one try, in milliseconds. @defaultValue 5000 */
  readonly timeoutMs?: number | undefined;
  /** For all tries of a channel and the waits between them, in milliseconds. @defaultValue 30000 */
  readonly totalTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A certificate, in PEM, that mail servers may have besides those the system trusts. */
  readonly smtpCa?: string | undefined;
  /** Wall clock in milliseconds since 1970. @defaultValue `Date.now()` */
  readonly now?: (() => number) | undefined;
  /** @defaultValue `setTimeout` of `node:timers/promises` */
  readonly delay?: Delay | undefined;
  /** Gives numbers from 0 up to but not including 1. @defaultValue from `node:crypto` */
  readonly random?: (() => number) | undefined;
  /** Gives the id of a message in a channel. @defaultValue `randomUUID` of `node:crypto` */
  readonly newId?: (() => string) | undefined;
}

const RANDOM_STEPS = 2 ** 32;

interface Prepared {
  readonly variables: readonly string[];
  /** What is sent, for people to read; names of variables stand for secrets. */
  readonly payload: () => string;
  readonly attempt: (signal: AbortSignal) => Promise<Attempt>;
}

interface Sending {
  readonly message: AlertMessage;
  readonly options: DeliverOptions;
  readonly id: string;
  readonly now: () => number;
  readonly timeoutMs: number;
}

const secretOf = (options: DeliverOptions, variable: string): string => options.env[variable] ?? "";

const showPost = (variable: string, headers: readonly string[], body: string): string =>
  [`POST $${variable}`, "content-type: application/json; charset=utf-8", ...headers, "", body].join("\n");

function prepareChat({ type, urlVariable }: ChatChannel, { message, options, now }: Sending): Prepared {
  const toPayload = { slack: toSlackPayload, teams: toTeamsPayload, discord: toDiscordPayload }[type];
  const body = JSON.stringify(toPayload(message));
  return {
    variables: [urlVariable],
    payload: () => showPost(urlVariable, [], body),
    attempt: async (signal) => {
      const url = secretOf(options, urlVariable).trim();
      const post = { urlVariable, url, headers: {}, body, secrets: [], nowMs: now() };
      return refuseUrl(urlVariable, url) ?? postJson(post, signal);
    },
  };
}

function prepareWebhook(channel: WebhookChannel, { message, options, id, now }: Sending): Prepared {
  const { urlVariable, secretVariable } = channel;
  const body = JSON.stringify(toWebhookPayload(message));
  return {
    variables: [urlVariable, secretVariable],
    payload: () =>
      showPost(
        urlVariable,
        [
          `webhook-id: ${id}`,
          `webhook-timestamp: ${Math.floor(now() / 1000)}`,
          `webhook-signature: v1,[HMAC-SHA256 with $${secretVariable}]`,
        ],
        body,
      ),
    attempt: async (signal) => {
      const url = secretOf(options, urlVariable).trim();
      const secret = secretOf(options, secretVariable);
      const nowMs = now();
      const headers = signWebhook({ id, atMs: nowMs, body }, secret);
      if (headers === undefined)
        return {
          ok: false,
          failure: "misconfigured",
          message: `${secretVariable} is not of the form whsec_<Base64 of 24 to 64 bytes>`,
          canRetry: false,
        };
      const post = { urlVariable, url, headers, body, secrets: secret.trim().split(/\s+/), nowMs };
      return refuseUrl(urlVariable, url) ?? postJson(post, signal);
    },
  };
}

function prepareEmail(channel: EmailChannel, { message, options, id, timeoutMs }: Sending): Prepared {
  const { host, from, to, userVariable, passwordVariable, tls = "starttls" } = channel;
  const email = toEmail(message);
  return {
    variables: [userVariable, passwordVariable].filter((variable) => variable !== undefined),
    payload: () =>
      [
        `SMTP ${host} (TLS: ${tls}${userVariable === undefined ? "" : `, user: $${userVariable}`})`,
        `From: ${from}`,
        `To: ${to.join(", ")}`,
        `Subject: ${email.subject}`,
        "",
        email.text,
      ].join("\n"),
    attempt: async (signal) => {
      const user = userVariable === undefined ? undefined : secretOf(options, userVariable);
      const password = passwordVariable === undefined ? undefined : secretOf(options, passwordVariable);
      const post = { channel, email, id, user, password, timeoutMs, ca: options.smtpCa };
      return refuseMailChannel(channel) ?? sendMail(post, signal);
    },
  };
}

function prepareJobSummary({ message, options }: Sending): Prepared {
  const markdown = toJobSummary(message);
  return {
    variables: ["GITHUB_STEP_SUMMARY"],
    payload: () => `append to $GITHUB_STEP_SUMMARY\n\n${markdown}`,
    attempt: async () => appendJobSummary(secretOf(options, "GITHUB_STEP_SUMMARY"), markdown),
  };
}

function prepare(channel: AlertChannel, sending: Sending): Prepared {
  switch (channel.type) {
    case "slack":
    case "teams":
    case "discord":
      return prepareChat(channel, sending);
    case "webhook":
      return prepareWebhook(channel, sending);
    case "email":
      return prepareEmail(channel, sending);
    case "job-summary":
      return prepareJobSummary(sending);
  }
}

async function deliver(
  channel: AlertChannel,
  name: string,
  sending: Sending,
  settings: TrySettings,
): Promise<DeliveryOutcome> {
  const { variables, payload, attempt } = prepare(channel, sending);
  const missingVariables = variables.filter((variable) => secretOf(sending.options, variable).trim() === "");
  if (sending.options.dryRun === true)
    return { channel: name, status: "dry-run", payload: payload(), missingVariables };
  if (missingVariables.length > 0) return { channel: name, status: "not-configured", missingVariables };
  const { attempt: last, tryCount } = await tryDelivery(attempt, settings);
  if (!last.ok) return { channel: name, status: "failed", failure: last.failure, message: last.message, tryCount };
  const { refusedRecipientCount } = last;
  const refused = refusedRecipientCount === undefined ? {} : { refusedRecipientCount };
  return { channel: name, status: "delivered", tryCount, ...refused };
}

/**
 * Sends a message to all channels at the same time and gives what became of it, in the order of the channels. What servers do,
 * and what is wrong with settings or variables, is an outcome; one channel's failure holds up no other.
 *
 * @throws RangeError for impossible numbers in the options.
 */
export async function deliverAlerts(
  message: AlertMessage,
  channels: readonly AlertChannel[],
  options: DeliverOptions,
): Promise<readonly DeliveryOutcome[]> {
  const { maxTries = 3, timeoutMs = 5000, totalTimeoutMs = 30_000 } = options;
  for (const [name, value] of Object.entries({ maxTries, timeoutMs, totalTimeoutMs }))
    if (!Number.isInteger(value) || value < 1 || value > 2 ** 31 - 1)
      throw new RangeError(`Cannot deliver alerts: \`${name}\` must be a positive integer, got ${value}`);
  const now = options.now ?? ((): number => Date.now());
  const settings: TrySettings = {
    maxTries,
    timeoutMs,
    totalTimeoutMs,
    signal: options.signal,
    now,
    delay: options.delay ?? ((ms, { signal }) => sleep(ms, undefined, { signal })),
    random: options.random ?? ((): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS),
  };
  const newId = options.newId ?? randomUUID;
  return Promise.all(
    channels.map(async (channel): Promise<DeliveryOutcome> => {
      const name = channel.name ?? channel.type;
      try {
        return await deliver(channel, name, { message, options, id: newId(), now, timeoutMs }, settings);
      } catch {
        // A mistake of ours in one channel keeps no other from being told.
        return { channel: name, status: "failed", failure: "unexpected", message: "Unexpected error", tryCount: 0 };
      }
    }),
  );
}
