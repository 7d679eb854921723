import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createMailServer } from "./support/create-mail-server.ts";
import { createWebhookReceiver, type ReceivedRequest } from "./support/create-webhook-receiver.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectNoStack, expectRefusal } from "./support/expect-refusal.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const STATE = ".workflow/alerts.json";
const HISTORY = ".workflow/metrics/history.jsonl";
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const TOKEN = "T0000000000tokentoken";
const STEPS = 'steps:\n  lint: { run: "true", cache: false }\n';

/** Every run is slow, or none. */
const ALWAYS = "{ kind: slow-run, threshold_seconds: 0.0001 }";
const NEVER = "{ kind: slow-run, threshold_seconds: 3600 }";
const OPS = "{ type: webhook, name: ops, url_env: OPS_URL, secret_env: OPS_SECRET }";

interface Settings {
  readonly rules?: string;
  readonly channels?: string;
  readonly fail?: boolean;
}

function config({ rules = ALWAYS, channels = OPS, fail = false }: Settings = {}): string {
  return `alerts:\n  rules: [${rules}]\n  channels: [${channels}]\n  fail: ${String(fail)}\n${STEPS}`;
}

function withConfig(settings: Settings = {}): Workspace {
  return createWorkspace({ files: { [CONFIG]: config(settings) } });
}

/** The variables that the channel `ops` names. */
function environmentOf(origin: string): Readonly<Record<string, string>> {
  return { OPS_URL: `${origin}/hooks/${TOKEN}`, OPS_SECRET: SECRET };
}

interface Payload {
  readonly data: { readonly alerts: readonly { readonly status: string; readonly summary: string }[] };
}

/** What a request says, once its signature was checked as a receiver would. */
function readSigned({ headers, body }: ReceivedRequest): Payload["data"]["alerts"] {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  const mac = createHmac("sha256", Buffer.from(SECRET.slice("whsec_".length), "base64"))
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest("base64");
  expect(signature).toBe(`v1,${mac}`);
  return (JSON.parse(body) as Payload).data.alerts;
}

/** All text in a folder, of files at any depth. */
function textIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "latin1"))
    .join("\n");
}

/** A history of many runs like one that was made, in which the step takes as many seconds as `seconds` says. */
async function withHistory(workspace: Workspace, seconds: readonly number[]): Promise<void> {
  await runCli(workspace, ["run"]);
  const line = JSON.parse(workspace.read(HISTORY).trim().split("\n").at(-1) ?? "") as {
    readonly steps: readonly object[];
  };
  const lines = seconds.map((duration, run) => {
    const time = new Date(Date.UTC(2026, 0, 1, run)).toISOString();
    return {
      ...line,
      run_id: `20260101T0000${String(run).padStart(2, "0")}Z-abcdef`,
      start_time: time,
      end_time: time,
      total_duration: duration,
      steps: line.steps.map((step) => ({ ...step, seconds: duration })),
    };
  });
  workspace.write({ [HISTORY]: lines.map((one) => `${JSON.stringify(one)}\n`).join("") });
}

describe("a run with alerts", () => {
  test("tells once that it is slow, suppresses it while that lasts, and tells when it is over", async () => {
    using workspace = withConfig();
    await using receiver = await createWebhookReceiver();
    const env = environmentOf(receiver.origin);
    const first = await runCli(workspace, ["run"], { env });
    expect(first.stderr).toMatch(/^alert: The run took .*, the threshold is 0 ms\ntold: ops$/m);
    const second = await runCli(workspace, ["run"], { env });
    expect(second.stderr).toMatch(/^alert: The run took .* \(told before\)$/m);
    workspace.write({ [CONFIG]: config({ rules: NEVER }) });
    const third = await runCli(workspace, ["run"], { env });
    expect(third.stderr).toMatch(/^resolved: The run is back to .*\ntold: ops$/m);
    workspace.write({ [CONFIG]: config() });
    const fourth = await runCli(workspace, ["run"], { env });
    expect(fourth.stderr).toMatch(/^alert: The run took .* \(cooling down until 20.*Z\)$/m);
    for (const { exitCode } of [first, second, third, fourth]) expect(exitCode).toBe(0);
    expect(receiver.requests.map((request) => readSigned(request))).toMatchObject([
      [{ status: "firing", summary: expect.stringContaining("The run took") as string }],
      [{ status: "resolved" }],
    ]);
  });

  test("passes where a webhook answers 500, says so, and tells the next time", async () => {
    using workspace = withConfig();
    await using broken = await createWebhookReceiver((response) => response.writeHead(500).end(`not you, ${TOKEN}`));
    const failed = await runCli(workspace, ["run"], { env: environmentOf(broken.origin) });
    expect(failed.exitCode).toBe(0);
    expect(failed.stderr).toMatch(/^not told: ops: The server of OPS_URL answered 500.* \[busy\]$/m);
    expect(broken.requests).toHaveLength(3);
    await using receiver = await createWebhookReceiver();
    expect(await runCli(workspace, ["run"], { env: environmentOf(receiver.origin) })).toMatchObject({ exitCode: 0 });
    expect(receiver.requests).toHaveLength(1);
  });

  test("ends in time where a webhook hangs", async () => {
    using workspace = withConfig();
    await using receiver = await createWebhookReceiver(() => undefined);
    const result = await runCli(workspace, ["run"], { env: environmentOf(receiver.origin) });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/^not told: ops: .*\[timed-out\]$/m);
    expect(result.stdout).toMatch(/^passed in /m);
  });

  test("leaves no secret in any file or output", async () => {
    using workspace = withConfig();
    await using receiver = await createWebhookReceiver((response) => response.writeHead(400).end(`${TOKEN} ${SECRET}`));
    const env = environmentOf(receiver.origin);
    let output = "";
    for (const args of [
      ["run"],
      ["run", "--json"],
      ["alert", "check"],
      ["alert", "test"],
      ["alert", "test", "--dry-run"],
    ]) {
      const { stdout, stderr } = await runCli(workspace, args, { env });
      output += stdout + stderr;
    }
    expect(receiver.requests.length).toBeGreaterThan(0);
    const all = output + textIn(workspace.file(".workflow"));
    expect(all).toContain("OPS_URL");
    expect(all).not.toContain(TOKEN);
    expect(all).not.toContain(SECRET.slice("whsec_".length));
  });

  test("writes the job summary, and mails", async () => {
    await using mailServer = await createMailServer();
    const channels = `{ type: job-summary }, { type: email, host: 127.0.0.1, port: ${mailServer.port}, tls: none, from: ci@example.com, to: [dev@example.com] }`;
    using workspace = withConfig({ channels });
    const env = { GITHUB_STEP_SUMMARY: path.join(workspace.path, "summary.md") };
    const result = await runCli(workspace, ["run"], { env });
    expect(result.stderr).toMatch(/^told: job-summary\ntold: email$/m);
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toMatch(/^### 1 alert$[^]*The run[^]*the threshold is/m);
    expect(mailServer.mails).toHaveLength(1);
    expect(mailServer.mails[0]).toMatch(/^Subject: \[repository\] 1 alert\r?$/m);
  });

  test("passes where a mail server drops the connection", async () => {
    await using mailServer = await createMailServer({ drop: true });
    using workspace = withConfig({
      channels: `{ type: email, host: 127.0.0.1, port: ${mailServer.port}, tls: none, from: a@b.example, to: [c@d.example] }`,
    });
    const result = await runCli(workspace, ["run"]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/^not told: email: The mail server is unreachable/m);
  });

  test("fails while an alert is active with `fail: true`", async () => {
    using workspace = withConfig({ channels: "", fail: true });
    for (const told of ["", " \\(told before\\)"]) {
      const result = await runCli(workspace, ["run"]);
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toMatch(new RegExp(`^alert: The run took .*${told}\nthe run fails for its alerts`, "m"));
      expect(result.stdout).toMatch(/^passed in /m);
    }
    workspace.write({ [CONFIG]: config({ rules: NEVER, channels: "", fail: true }) });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
  });

  test("tells of it as an event before the last one, and with --quiet only what went wrong", async () => {
    using workspace = withConfig({ channels: "" });
    const { stdout } = await runCli(workspace, ["run", "--json"]);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly type: string });
    expect(events.slice(-2)).toMatchObject([
      { type: "alerts", report: { fired: [{ alert: { rule: "slow-run" } }], active: true, fails: false } },
      { type: "finished" },
    ]);
    // It was told before, so this run has nothing new to say.
    expect(await runCli(workspace, ["run", "--quiet"])).toMatchObject({ stderr: "", stdout: "" });
  });

  test("sends nothing in a dry run", async () => {
    using workspace = withConfig();
    await using receiver = await createWebhookReceiver();
    await runCli(workspace, ["run", "--dry-run"], { env: environmentOf(receiver.origin) });
    expect(receiver.requests).toEqual([]);
    expect(existsSync(workspace.file(STATE))).toBe(false);
  });

  test("is still listed as open where a later run cannot be compared with it", async () => {
    await using receiver = await createWebhookReceiver();
    const two = `${config()}  other: { run: "true", cache: false }\n`;
    using workspace = createWorkspace({ files: { [CONFIG]: two } });
    const env = environmentOf(receiver.origin);
    await runCli(workspace, ["run"], { env });
    // Fewer steps: it may be slow, but is no sign that the whole run is fast again.
    workspace.write({ [CONFIG]: two.replace(ALWAYS, NEVER) });
    await runCli(workspace, ["run", "--steps", "lint"], { env });
    const check = await runCli(workspace, ["alert", "check"], { env });
    expect(check.stdout).toMatch(/^still open: the run \(slow-run\) since run \S+; this run cannot be compared$/m);
  });

  test("is not taken for fast again when it only replays", async () => {
    const replayable = config({ channels: "" }).replace("cache: false", "inputs: [a.txt]");
    using workspace = createWorkspace({ files: { [CONFIG]: replayable, "a.txt": "a\n" } });
    expect((await runCli(workspace, ["run"])).stderr).toMatch(/^alert: /m);
    workspace.write({ [CONFIG]: replayable.replace(ALWAYS, NEVER) });
    const replayed = await runCli(workspace, ["run"]);
    expect(replayed.stdout).toContain("1 replayed");
    expect(replayed.stderr).not.toMatch(/^(?:resolved|alert): /m);
    expect((await runCli(workspace, ["run", "--force"])).stderr).toMatch(/^resolved: /m);
  });
});

describe("ai-workflow alert check", () => {
  const DEGRADATION: Settings = { rules: "{ kind: degradation, scope: steps, threshold_percent: 25 }" };
  const STEADY = Array.from({ length: 35 }, (_, run) => 20 + (run % 3) / 10);

  test("finds what has become slower in the history, tells once, and exits with 1 while it is so", async () => {
    using workspace = withConfig(DEGRADATION);
    await using receiver = await createWebhookReceiver();
    const env = environmentOf(receiver.origin);
    await withHistory(workspace, STEADY);
    const steady = await runCli(workspace, ["alert", "check"], { env });
    expect(steady).toMatchObject({ exitCode: 0, stderr: "" });
    expect(steady.stdout).toMatch(/^nothing to tell of run 20260101T000034Z-abcdef$/m);

    await withHistory(workspace, [...STEADY, 30, 31, 30, 31, 30]);
    const dry = await runCli(workspace, ["alert", "check", "--dry-run"], { env });
    expect(dry.exitCode).toBe(1);
    expect(dry.stdout).toMatch(/^would be sent: ops\n\| POST \$OPS_URL$/m);
    expect(existsSync(workspace.file(STATE))).toBe(false);
    expect(receiver.requests).toEqual([]);

    const fired = await runCli(workspace, ["alert", "check"], { env });
    expect(fired.exitCode).toBe(1);
    expect(fired.stdout).toMatch(
      /^alert: lint has become slower: 20\.1 s before, 30\.0 s \(\+49 %\) over the last 5 runs/m,
    );
    expect(receiver.requests.map((request) => readSigned(request))).toMatchObject([[{ status: "firing" }]]);

    const again = await runCli(workspace, ["alert", "check", "--json"], { env });
    expect(again.exitCode).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({
      version: 1,
      runId: "20260101T000039Z-abcdef",
      fired: [],
      suppressed: [{ alert: { step: "lint" }, reason: "already-open" }],
      active: true,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test("says what is missing", async () => {
    using plain = createWorkspace({ files: { [CONFIG]: STEPS } });
    for (const args of [["check"], ["test"]]) {
      expectRefusal(await runCli(plain, ["alert", ...args]), "ENGINE_ALERTS_MISSING", "has no `alerts`");
    }
    using fresh = withConfig();
    expectRefusal(await runCli(fresh, ["alert", "check"]), "ENGINE_RUN_MISSING");
    expect(existsSync(fresh.file(".workflow"))).toBe(false);
    expectRefusal(await runCli(fresh, ["alert", "test", "--channel", "slack"]), 'no channel "slack"', "There are: ops");
  });

  test("goes by a history with foreign and cut lines, and takes --target", async () => {
    using workspace = createWorkspace({ files: { [`services/a/${CONFIG}`]: config({ channels: "" }) } });
    await runCli(workspace, ["run", "--target", "services/a"]);
    const file = `services/a/${HISTORY}`;
    workspace.write({ [file]: `{"cut\n${workspace.read(file)}null\n{"version":99}\n` });
    const result = await runCli(workspace, ["alert", "check", "--target", "services/a"]);
    expectNoStack(result);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^alert: The run took .* \(told before\)$/m);
  });
});

describe("ai-workflow alert test", () => {
  test("sends a test to each channel, tells what became of it, and exits with 1 when one was not reached", async () => {
    using workspace = withConfig({ channels: `${OPS}, { type: slack, url_env: SLACK_HOOK }` });
    await using receiver = await createWebhookReceiver();
    const env = environmentOf(receiver.origin);
    const both = await runCli(workspace, ["alert", "test"], { env });
    expect(both).toMatchObject({ exitCode: 1, stdout: "told: ops\nnot told: slack: SLACK_HOOK is not set\n" });
    for (const channel of ["ops", "webhook"]) {
      expect(await runCli(workspace, ["alert", "test", "--channel", channel], { env })).toMatchObject({ exitCode: 0 });
    }
    expect(receiver.requests.map((request) => readSigned(request))).toMatchObject(
      Array.from({ length: 3 }, () => [
        { status: "test", summary: "This is a test: nothing is wrong, and nothing was" },
      ]),
    );
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
  });

  test("prints what it would send with --dry-run", async () => {
    using workspace = withConfig({ channels: "{ type: slack, url_env: SLACK_HOOK }" });
    const result = await runCli(workspace, ["alert", "test", "--dry-run"]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toMatch(
      /^would be sent: slack \(SLACK_HOOK is not set\)\n\| POST \$SLACK_HOOK\n[^]*A test of alerts/,
    );
  });
});

test("an address in the configuration is refused with its place, and is not repeated", async () => {
  using workspace = withConfig({ channels: `{ type: slack, url: "https://hooks.example/${TOKEN}" }` });
  const result = await runCli(workspace, ["run"]);
  expectRefusal(result, `${CONFIG}:3:`, '"url_env"');
  expect(result.stderr).not.toContain(TOKEN);
});
