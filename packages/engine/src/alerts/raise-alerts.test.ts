import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunRecord } from "@ai-workflow/profiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AlertSettings } from "../config/workflow.ts";
import { parseConfig } from "../config/parse-config.ts";
import type { RunEvent } from "../run/events.ts";
import { ALERTS_FILE, raiseAlerts } from "./raise-alerts.ts";
import type { AlertReport } from "./alert-report.ts";

let folder = "";
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "raise-alerts-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const stateFile = (): string => path.join(folder, ALERTS_FILE);

const SETTINGS: AlertSettings = {
  rules: [{ kind: "slow-run", thresholdMs: 1000 }],
  channels: [{ type: "slack", urlVariable: "HOOK" }],
  fail: false,
};

function recordOf(durationMs: number, over: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: "ai-workflow/run-record",
    version: 1,
    runId: "run-1",
    workflowId: "shop",
    toolVersion: "1",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:02.000Z",
    durationMs,
    status: "passed",
    optimizations: { smartExecution: true, parallelExecution: true, multiStage: true, mlOptimize: true },
    environment: {
      platform: "linux",
      arch: "x64",
      nodeVersion: "20.19.0",
      cpuModel: "cpu",
      cpuCount: 2,
      memoryBytes: 1,
      loadAverage1m: 0,
      ci: false,
    },
    changeSet: { known: false, code: "c", message: "m", remedy: "r" },
    steps: [],
    stages: [],
    saved: { replayedMs: 0, skippedMs: 0, parallelMs: 0 },
    spans: [],
    notices: [],
    ...over,
  };
}

interface Given {
  readonly settings?: AlertSettings;
  readonly record?: RunRecord;
  readonly environment?: Readonly<Record<string, string>>;
  readonly durable?: boolean;
  /** How long is waited for one try, and for all of them. */
  readonly limitsMs?: readonly [number, number];
}

async function raise(given: Given = {}): Promise<{ report: AlertReport | undefined; events: readonly RunEvent[] }> {
  const { settings = SETTINGS, record = recordOf(2000), environment = {}, durable = true } = given;
  // Far more than an answer takes on a busy machine.
  const [timeoutMs, totalTimeoutMs] = given.limitsMs ?? [60_000, 120_000];
  const events: RunEvent[] = [];
  const parsed = parseConfig("steps: {}", "f.yaml", "shop");
  if (!parsed.ok) throw new Error("the test's own configuration is wrong");
  const loaded = { workflow: parsed.workflow, directory: folder, file: "f.yaml" };
  const report = await raiseAlerts(
    settings,
    record,
    {
      state: { path: folder, durable, notices: [] },
      environment,
      options: { loaded, toolVersion: "1" },
      emit: (event) => void events.push(event),
      elapsedMs: () => 5,
    },
    { timeoutMs, totalTimeoutMs },
  );
  return { report, events };
}

/** Starts a real server; gives the variables that name it. */
async function serve(answer: RequestListener): Promise<Readonly<Record<string, string>>> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { HOOK: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token` };
}

describe("raiseAlerts()", () => {
  test("tells once, and tells again only when nobody was reached", async () => {
    let isUp = false;
    const environment = await serve((_, response) => response.writeHead(isUp ? 200 : 404).end());
    expect((await raise({ environment })).report).toMatchObject({
      fired: [{ text: "The run took 2.0 s, the threshold is 1.0 s" }],
      deliveries: [{ channel: "slack", status: "failed", failure: "refused" }],
      active: true,
      fails: false,
    });
    isUp = true;
    const second = await raise({ environment, record: recordOf(2000, { runId: "run-2" }) });
    expect(second.report).toMatchObject({ fired: [{}], deliveries: [{ status: "delivered" }] });
    expect(second.events).toEqual([{ type: "alerts", atMs: 5, report: second.report }]);
    const third = await raise({ environment, record: recordOf(2000, { runId: "run-3" }) });
    expect(third.report).toMatchObject({ fired: [], deliveries: [], suppressed: [{ reason: "already-open" }] });
    expect(readFileSync(stateFile(), "utf8")).not.toMatch(/token|127\.0/);
  });

  test("waits for a server that hangs no longer than its limit", async () => {
    const environment = await serve(() => undefined);
    const { report } = await raise({ environment, limitsMs: [100, 200] });
    expect(report?.deliveries).toMatchObject([{ status: "failed", failure: "timed-out" }]);
  });

  test("says nothing of a cancelled run, and keeps nothing of one that had nothing to say", async () => {
    expect(await raise({ record: recordOf(2000, { status: "cancelled" }) })).toEqual({ report: undefined, events: [] });
    expect((await raise({ record: recordOf(500) })).report).toMatchObject({ fired: [], active: false });
    expect(() => readFileSync(stateFile())).toThrow("ENOENT");
  });

  test("fails the run while a condition is true and the configuration says so", async () => {
    const settings = { ...SETTINGS, channels: [], fail: true };
    expect((await raise({ settings })).report).toMatchObject({ fired: [{}], deliveries: [], fails: true });
    // Without a channel the terminal is where it was told.
    const again = await raise({ settings, record: recordOf(2000, { runId: "run-2" }) });
    expect(again.report).toMatchObject({ fired: [], suppressed: [{}], fails: true });
    const over = await raise({ settings, record: recordOf(500, { runId: "run-3" }) });
    expect(over.report).toMatchObject({ resolved: [{}], fails: false });
  });

  test("tells nobody and changes nothing where a newer version keeps the state", async () => {
    const text = '{"schema":"ai-workflow/alert-state","version":99}';
    writeFileSync(stateFile(), text);
    const environment = await serve((_, response) => response.end());
    const { report } = await raise({ environment });
    expect(report).toMatchObject({ deliveries: [], problems: [expect.stringContaining("newer version") as string] });
    expect(readFileSync(stateFile(), "utf8")).toBe(text);
  });

  test("says so where the state is damaged or cannot be kept", async () => {
    writeFileSync(stateFile(), '{"cut');
    expect((await raise()).report).toMatchObject({
      fired: [{}],
      problems: [expect.stringContaining("corrupt") as string],
    });
    rmSync(stateFile());
    mkdirSync(stateFile());
    const settings = { ...SETTINGS, channels: [] };
    expect((await raise({ settings })).report?.problems).toEqual([
      expect.stringContaining("unreadable") as string,
      expect.stringContaining("could not be written") as string,
    ]);
  });

  test("tells also where nothing can be kept", async () => {
    expect((await raise({ durable: false })).report).toMatchObject({ fired: [{}], problems: [] });
    expect(() => readFileSync(stateFile())).toThrow("ENOENT");
  });

  test("never rejects, whatever the run is", async () => {
    const { report } = await raise({ record: recordOf(Number.NaN) });
    expect(report).toMatchObject({ fired: [], problems: [expect.stringContaining("could not be judged") as string] });
  });
});
