import { createHmac } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AT_MS, HOSTILE_NAMES, messageAbout } from "../../test/examples.ts";
import { startReceiver } from "../../test/http-receiver.ts";
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from "../../test/localhost-certificate.ts";
import { createManualDelay } from "../../test/manual-delay.ts";
import { toDiscordPayload } from "../channels/to-discord-payload.ts";
import { toSlackPayload } from "../channels/to-slack-payload.ts";
import { toTeamsPayload } from "../channels/to-teams-payload.ts";
import { toWebhookPayload } from "../channels/to-webhook-payload.ts";
import type { AlertChannel } from "./alert-channel.ts";
import { deliverAlerts, type DeliverOptions } from "./deliver-alerts.ts";

const message = messageAbout(["lint"]);
const slack: AlertChannel = { type: "slack", urlVariable: "SLACK_URL" };
const PATH = "/services/T00000000/B00000000/tokentokentoken";
const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

function options(env: DeliverOptions["env"], more: Partial<DeliverOptions> = {}): DeliverOptions {
  const { delay } = createManualDelay(5000, 30_000);
  return { env, delay, random: () => 0, now: () => AT_MS, newId: () => "id-1", ...more };
}

describe("deliverAlerts() to webhooks", () => {
  test.each([
    ["slack", 200, toSlackPayload(message)],
    ["teams", 202, toTeamsPayload(message)],
    ["discord", 204, toDiscordPayload(message)],
  ] as const)("posts %s its own form, once, and takes %d for success", async (type, status, payload) => {
    await using receiver = await startReceiver((response) => response.writeHead(status).end());
    const outcomes = await deliverAlerts(
      message,
      [{ type, urlVariable: "HOOK" }],
      options({ HOOK: ` ${receiver.origin}${PATH}\n` }),
    );
    expect(outcomes).toEqual([{ channel: type, status: "delivered", tryCount: 1 }]);
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]).toMatchObject({
      method: "POST",
      path: PATH,
      headers: { "content-type": "application/json; charset=utf-8" },
    });
    expect(JSON.parse(receiver.requests[0]?.body ?? "")).toEqual(payload);
  });

  test("signs its own webhook so that the receiver can check body, id and time; each try anew with the same id", async () => {
    await using receiver = await startReceiver((response, index) => response.writeHead(index === 0 ? 503 : 200).end());
    let nowMs = AT_MS;
    const channel: AlertChannel = { type: "webhook", name: "ops", urlVariable: "URL", secretVariable: "KEY" };
    const outcomes = await deliverAlerts(
      message,
      [channel],
      options({ URL: receiver.origin, KEY: SECRET }, { now: () => (nowMs += 1000) }),
    );
    expect(outcomes).toEqual([{ channel: "ops", status: "delivered", tryCount: 2 }]);
    const timestamps = receiver.requests.map(({ headers, body }) => {
      const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
      const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
      const mac = createHmac("sha256", key)
        .update(`${String(id)}.${String(timestamp)}.${body}`)
        .digest("base64");
      expect({ id, signature }).toEqual({ id: "id-1", signature: `v1,${mac}` });
      expect(JSON.parse(body)).toEqual(toWebhookPayload(message));
      return Number(timestamp);
    });
    expect(timestamps[1]).toBeGreaterThan(timestamps[0] ?? Infinity);
  });

  test.each([500, 502, 503, 408, 429])("tries again after %d and gives up after three", async (status) => {
    await using receiver = await startReceiver((response) => response.writeHead(status).end("try later"));
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: receiver.origin }));
    expect(outcome).toEqual({
      channel: "slack",
      status: "failed",
      failure: "busy",
      message: `The server of SLACK_URL answered ${status}: try later`,
      tryCount: 3,
    });
    expect(receiver.requests).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 410])("takes %d for an answer", async (status) => {
    await using receiver = await startReceiver((response) => response.writeHead(status).end("invalid_blocks"));
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: receiver.origin }));
    expect(outcome).toMatchObject({
      failure: "refused",
      tryCount: 1,
      message: expect.stringMatching(/invalid_blocks$/) as string,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test("waits as `Retry-After` asks", async () => {
    await using receiver = await startReceiver((response, index) =>
      index === 0 ? response.writeHead(429, { "retry-after": "7" }).end() : response.writeHead(200).end(),
    );
    const manual = createManualDelay(5000, 30_000);
    const [outcome] = await deliverAlerts(
      message,
      [slack],
      options({ SLACK_URL: receiver.origin }, { delay: manual.delay }),
    );
    expect(outcome).toMatchObject({ status: "delivered", tryCount: 2 });
    expect(manual.pausesMs).toEqual([7000]);
  });

  test("follows no redirect", async () => {
    await using other = await startReceiver((response) => response.writeHead(200).end());
    await using receiver = await startReceiver((response) =>
      response.writeHead(307, { location: `${other.origin}/x` }).end(),
    );
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: receiver.origin }));
    expect(outcome).toMatchObject({
      failure: "refused",
      tryCount: 1,
      message: expect.stringContaining("307") as string,
    });
    expect(other.requests).toEqual([]);
  });

  test("gives up on servers that never answer, and on answers that never end", async () => {
    const manual = createManualDelay(5000, 30_000);
    await using hanging = await startReceiver(() => manual.expire(5000));
    const [outcome] = await deliverAlerts(
      message,
      [slack],
      options({ SLACK_URL: hanging.origin }, { delay: manual.delay }),
    );
    expect(outcome).toMatchObject({ failure: "timed-out", tryCount: 3 });
    expect(manual.runningCount()).toBe(0);
    const slow = createManualDelay(5000, 30_000);
    await using dripping = await startReceiver((response) => {
      response.writeHead(400).write("a");
      setImmediate(() => slow.expire(5000));
    });
    const [other] = await deliverAlerts(
      message,
      [slack],
      options({ SLACK_URL: dripping.origin }, { delay: slow.delay, maxTries: 1 }),
    );
    expect(other).toMatchObject({ status: "failed", failure: "timed-out" });
  });

  test("reads a bounded part of a long answer and does not wait for a success to end", async () => {
    await using refusing = await startReceiver((response) => {
      response.writeHead(400).write("no ".repeat(100_000));
    });
    const [refused] = await deliverAlerts(message, [slack], options({ SLACK_URL: refusing.origin }));
    expect(refused).toMatchObject({ failure: "refused", message: expect.stringMatching(/^.{100,260}$/) as string });
    await using accepting = await startReceiver((response) => {
      response.writeHead(200).write("ok");
    });
    const [accepted] = await deliverAlerts(message, [slack], options({ SLACK_URL: accepting.origin }));
    expect(accepted).toMatchObject({ status: "delivered" });
  });

  test("tries again when the connection drops", async () => {
    await using receiver = await startReceiver((response, index) => {
      if (index < 2) response.destroy();
      else response.writeHead(200).end();
    });
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: receiver.origin }));
    expect(outcome).toMatchObject({ status: "delivered", tryCount: 3 });
  });

  test("says so when nobody listens", async () => {
    const receiver = await startReceiver(() => undefined);
    await receiver[Symbol.asyncDispose]();
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: `${receiver.origin}${PATH}` }));
    expect(outcome).toEqual({
      channel: "slack",
      status: "failed",
      failure: "unreachable",
      message: "The server of SLACK_URL is unreachable: ECONNREFUSED",
      tryCount: 3,
    });
  });

  test("trusts no certificate that nobody vouches for", async () => {
    const server = createServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE }, (_request, response) => {
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}${PATH}`;
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: url }));
    expect(outcome).toMatchObject({ failure: "insecure", tryCount: 1 });
    server.close();
    server.closeAllConnections();
  });

  test.each([
    ["http://hooks.example/x", "insecure"],
    ["http://169.254.169.254/latest", "insecure"],
    ["ftp://hooks.example/x", "misconfigured"],
    ["https://user:hunter2@hooks.example/", "misconfigured"],
    ["my-secret-value", "misconfigured"],
  ])("sends nothing to %s, and does not tell it", async (url, failure) => {
    const [outcome] = await deliverAlerts(message, [slack], options({ SLACK_URL: url }));
    expect(outcome).toMatchObject({
      status: "failed",
      failure,
      message: expect.stringContaining("SLACK_URL") as string,
    });
    expect(JSON.stringify(outcome)).not.toMatch(/hooks\.example|169|hunter2|my-secret-value/);
  });

  test("refuses a secret that is none, before it sends", async () => {
    await using receiver = await startReceiver((response) => response.writeHead(200).end());
    const channel: AlertChannel = { type: "webhook", urlVariable: "URL", secretVariable: "KEY" };
    const [outcome] = await deliverAlerts(message, [channel], options({ URL: receiver.origin, KEY: "plain-password" }));
    expect(outcome).toMatchObject({
      failure: "misconfigured",
      message: expect.stringContaining("KEY is not") as string,
    });
    expect(JSON.stringify(outcome)).not.toContain("plain-password");
    expect(receiver.requests).toEqual([]);
  });

  test("tells no secret, although the server repeats all it was sent", async () => {
    await using receiver = await startReceiver((response, _index, { path, headers }) =>
      response.writeHead(400).end(`bad ${path} ${SECRET} ${JSON.stringify(headers)}`),
    );
    const channel: AlertChannel = { type: "webhook", urlVariable: "URL", secretVariable: "KEY" };
    const env = { URL: `${receiver.origin}${PATH}?sig=abcdefghijk`, KEY: SECRET };
    const outcome = JSON.stringify(await deliverAlerts(message, [channel], options(env)));
    expect(outcome).toContain("[redacted]");
    expect(outcome).not.toMatch(/T00000000|tokentokentoken|abcdefghijk|whsec_/);
    expect(outcome).not.toContain(SECRET.slice(6));
  });

  test("ends at once when it is aborted", async () => {
    const controller = new AbortController();
    await using receiver = await startReceiver(() => controller.abort());
    const [outcome] = await deliverAlerts(
      message,
      [slack],
      options({ SLACK_URL: receiver.origin }, { signal: controller.signal }),
    );
    expect(outcome).toMatchObject({ status: "failed", failure: "aborted", tryCount: 1 });
  });

  test("is valid JSON with the name in it, whatever steps are called", async () => {
    await using receiver = await startReceiver((response) => response.writeHead(200).end());
    for (const name of HOSTILE_NAMES) {
      const types = ["slack", "teams", "discord"] as const;
      const channels = types.map((type): AlertChannel => ({ type, urlVariable: "URL" }));
      const outcomes = await deliverAlerts(messageAbout([name]), channels, options({ URL: receiver.origin }));
      expect(outcomes.map(({ status }) => status)).toEqual(["delivered", "delivered", "delivered"]);
    }
    for (const { body } of receiver.requests) expect(JSON.parse(body)).toBeTypeOf("object");
  });
});

describe("deliverAlerts() to several channels", () => {
  const channels: readonly AlertChannel[] = [
    { type: "slack", urlVariable: "GONE" },
    { type: "discord", urlVariable: "BROKEN" },
    { type: "email", host: "127.0.0.1", port: 1, tls: "none", from: "ci@example.com", to: ["a@example.com"] },
    { type: "webhook", name: "unset", urlVariable: "NOT_SET", secretVariable: "EMPTY" },
    { type: "teams", urlVariable: "GOOD" },
    { type: "job-summary" },
  ];

  test("no failure of one keeps another from being told; outcomes are in the channels' order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "alerts-"));
    const file = join(folder, "summary.md");
    const manual = createManualDelay(5000, 30_000);
    await using broken = await startReceiver((response) => response.writeHead(500).end());
    await using good = await startReceiver((response) => response.writeHead(202).end());
    await using gone = await startReceiver((response) => response.destroy());
    const env = { GONE: gone.origin, BROKEN: broken.origin, GOOD: good.origin, EMPTY: " ", GITHUB_STEP_SUMMARY: file };
    const outcomes = await deliverAlerts(message, channels, options(env, { delay: manual.delay }));
    const summary = readFileSync(file, "utf8");
    rmSync(folder, { recursive: true });
    expect(outcomes).toMatchObject([
      { channel: "slack", status: "failed", failure: "unreachable" },
      { channel: "discord", status: "failed", failure: "busy" },
      { channel: "email", status: "failed", failure: "unreachable", tryCount: 3 },
      { channel: "unset", status: "not-configured", missingVariables: ["NOT_SET", "EMPTY"] },
      { channel: "teams", status: "delivered" },
      { channel: "job-summary", status: "delivered" },
    ]);
    expect(summary).toContain("<code>lint</code>");
    expect(manual.runningCount()).toBe(0);
  });

  test("a dry run sends nothing and gives exactly what would be sent, without secrets and without asking for them", async () => {
    await using receiver = await startReceiver((response) => response.writeHead(200).end());
    const folder = mkdtempSync(join(tmpdir(), "alerts-"));
    const file = join(folder, "summary.md");
    const env = { GOOD: `${receiver.origin}${PATH}`, GONE: receiver.origin, GITHUB_STEP_SUMMARY: file };
    const signed: AlertChannel = { type: "webhook", urlVariable: "GOOD", secretVariable: "KEY" };
    const dry = await deliverAlerts(message, [...channels, signed], options({ ...env, KEY: SECRET }, { dryRun: true }));
    expect(receiver.requests).toEqual([]);
    expect(() => readFileSync(file)).toThrow("ENOENT");
    rmSync(folder, { recursive: true });
    expect(dry.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => "dry-run"));
    expect(dry[3]).toMatchObject({ missingVariables: ["NOT_SET", "EMPTY"] });
    expect(dry[6]).toMatchObject({
      missingVariables: [],
      payload: `POST $GOOD
content-type: application/json; charset=utf-8
webhook-id: id-1
webhook-timestamp: ${AT_MS / 1000}
webhook-signature: v1,[HMAC-SHA256 with $KEY]

${JSON.stringify(toWebhookPayload(message))}`,
    });
    expect(JSON.stringify(dry)).not.toMatch(/tokentoken|127\.0\.0\.1:\d{2,}|whsec_/);
    await deliverAlerts(message, [signed], options({ ...env, KEY: SECRET }));
    expect(dry[6]).toMatchObject({ payload: expect.stringContaining(receiver.requests[0]?.body ?? "?") as string });
  });

  test.each([{ maxTries: 0 }, { timeoutMs: Number.NaN }, { totalTimeoutMs: 1.5 }, { timeoutMs: 2 ** 31 }])(
    "refuses %j",
    async (wrong) => {
      await expect(deliverAlerts(message, [], options({}, wrong))).rejects.toThrow(RangeError);
    },
  );
});
