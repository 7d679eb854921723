/** What is made of a run afterwards: bottlenecks, exports, and what is sent where the variables of OpenTelemetry say. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { execFileSync, spawn } from "node:child_process";
import { lstatSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { BIN, runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const PARALLEL = `steps:
  slow: { run: "sleep 1.6" }
  other: { run: "sleep 1.5", exclusive: db }
  third: { run: "sleep 1.5", exclusive: db }
`;

describe("bottlenecks", () => {
  test("names what the run waited for and what a remedy would bring by a new plan", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: PARALLEL } });
    expectOutcomes(await runCli(workspace, ["run", "--concurrency", "3"]), {
      slow: "passed",
      other: "passed",
      third: "passed",
    });
    const { runId } = lastRecord(workspace);
    const told = await runCli(workspace, ["bottlenecks", "--json"]);
    const report = JSON.parse(told.stdout) as {
      readonly version: number;
      readonly runId: string;
      readonly bottlenecks: readonly { readonly kind: string; readonly expectedGainSeconds?: number }[];
    };
    expect(report).toMatchObject({ version: 1, runId });
    const wait = report.bottlenecks.find(({ kind }) => kind === "group-wait");
    expect(wait?.expectedGainSeconds).toBeGreaterThan(1.2);
    expect(wait?.expectedGainSeconds).toBeLessThan(1.8);
    const text = await runCli(workspace, ["bottlenecks", runId.slice(0, 15)]);
    expect(text.stdout).toMatch(new RegExp(`^run ${runId}: passed\n\\d+\\.\\d s = `));
    expect(text.stdout).toContain("- remedy: ");
  });

  test("without a run, or with one that does not exist, it says what to do", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: PARALLEL } });
    expectRefusal(await runCli(workspace, ["bottlenecks"]), "ENGINE_RUN_MISSING", "ai-workflow run");
    expectRefusal(await runCli(workspace, ["bottlenecks", "nowhere.json"]), "ENGINE_RUN_MISSING", "nowhere.json");
  });
});

describe("export", () => {
  test.skipIf(process.platform === "win32")("what is no file is written to, and stays what it is", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { lint: { run: "true" } }\n' } });
    await runCli(workspace, ["run"]);
    const pipe = path.join(workspace.path, "pipe");
    const link = path.join(workspace.path, "link");
    execFileSync("mkfifo", [pipe]);
    symlinkSync(pipe, link);
    for (const place of [pipe, link]) {
      const reader = spawn("cat", [pipe]);
      const read = text(reader.stdout);
      expect(await runCli(workspace, ["export", "trace", "--output", place])).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(await read)).toHaveProperty("traceEvents");
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    }
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    // Standard output that is a file is added to, not begun anew.
    const file = path.join(workspace.path, "out");
    const command = `(echo before; '${process.execPath}' '${BIN}' export trace --output /dev/fd/1) > '${file}'`;
    execFileSync("sh", ["-c", command], { cwd: workspace.repository, env: workspace.environment });
    expect(readFileSync(file, "utf8")).toMatch(/^before\n\{/);
  });

  test("lists its formats, and gives each of them, on standard output or into a file", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { lint: { run: "true" } }\n' } });
    await runCli(workspace, ["run"]);
    const list = (await runCli(workspace, ["export"])).stdout.trim().split("\n");
    const formats = list.map((line) => line.split(" ")[0] ?? "");
    const jsonless = ["markdown", "junit", "openmetrics", "github"];
    expect(formats).toEqual([
      "markdown",
      "junit",
      "sarif",
      "github",
      "gitlab",
      "trace",
      "otlp-traces",
      "otlp-metrics",
      "openmetrics",
      "hyperfine",
      "github-action-benchmark",
    ]);
    for (const format of formats) {
      const { stdout, exitCode } = await runCli(workspace, ["export", format]);
      expect(exitCode).toBe(0);
      // Nothing was found, so that what tells of findings tells nothing.
      if (!["sarif", "github", "gitlab"].includes(format)) expect(stdout).toContain("lint");
      if (format === "openmetrics") expect(stdout.endsWith("# EOF\n")).toBe(true);
      if (!jsonless.includes(format)) expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    }
    const written = await runCli(workspace, ["export", "hyperfine", "latest", "--output", "out/timings.json"]);
    expect(written).toMatchObject({ stdout: "", exitCode: 0 });
    expect(JSON.parse(workspace.read("out/timings.json"))).toHaveProperty("results");
  });

  test("an unknown format is answered with the nearest", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { lint: { run: "true" } }\n' } });
    expectRefusal(
      await runCli(workspace, ["export", "open-metrics"]),
      "ENGINE_FORMAT_UNKNOWN",
      'Did you mean "openmetrics"?',
    );
  });
});

/** A receiver that keeps what is posted and answers with a status. */
async function createReceiver(status: number) {
  const bodies = new Map<string, unknown>();
  const server = createServer((request: IncomingMessage, response) => {
    let text = "";
    request.on("data", (chunk) => (text += String(chunk)));
    request.on("end", () => {
      bodies.set(request.url ?? "", JSON.parse(text));
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Spans {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly name: string; readonly traceId: string; readonly spanId: string }[];
    }[];
  }[];
}

describe("OpenTelemetry", () => {
  test("traces and metrics go where the standard variables say, and steps are told the span that they are", async () => {
    using receiver = await createReceiver(200);
    using workspace = createWorkspace({
      files: { [CONFIG]: 'steps: { tell: { run: "echo parent=$TRACEPARENT" } }\n' },
    });
    const parent = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
    const run = await runCli(workspace, ["run"], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_METRICS_EXPORTER: "otlp",
        TRACEPARENT: `00-${parent.traceId}-${parent.spanId}-01`,
      },
    });
    expect(run.exitCode).toBe(0);
    expect([...receiver.bodies.keys()].sort()).toEqual(["/v1/metrics", "/v1/traces"]);
    const traces = receiver.bodies.get("/v1/traces") as Spans;
    const spans = traces.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const step = spans.find(({ name }) => name === "tell");
    expect(step?.traceId).toBe(parent.traceId);
    const log = workspace.read(".workflow/logs/latest/steps/tell.log");
    expect(log).toBe(`parent=00-${parent.traceId}-${step?.spanId}-01\n`);
  });

  test("a receiver that fails is told, changes nothing, and hears no secret in what is written down", async () => {
    using receiver = await createReceiver(400);
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { lint: { run: "true" } }\n' } });
    const run = await runCli(workspace, ["run"], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20s3cr3t-token",
      },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/traces: .*400/);
    expect(run.stderr + run.stdout + JSON.stringify(lastRecord(workspace))).not.toContain("s3cr3t");
  });
});

describe("report", () => {
  const FINDS = {
    [CONFIG]: "steps:\n  docs: { module: docs.mjs }\n",
    "docs.mjs": `export default () => ({ findings: [
  { rule: "dead-link", severity: "error", message: "a | b <c>", file: "docs/a b.md", line: 3 },
  { rule: "long", severity: "info", message: "::error::no" },
] });
`,
  };

  test("tells a run again as it was told at its end, also one of earlier", async () => {
    using workspace = createWorkspace({ files: FINDS });
    const first = await runCli(workspace, ["run"]);
    const { runId } = lastRecord(workspace);
    workspace.write({ "docs.mjs": "export default () => {};\n" });
    await runCli(workspace, ["run"]);
    const again = await runCli(workspace, ["report", "--from", runId]);
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toContain(again.stdout.trimEnd());
    expect((await runCli(workspace, ["report"])).stdout).toContain("1 passed");
    expectRefusal(await runCli(workspace, ["report", "--from", "nothing"]), "ENGINE_RUN_MISSING", "nothing");
  });

  test("gives findings to GitHub and GitLab with paths from the root of the repository", async () => {
    using workspace = createWorkspace({
      files: Object.fromEntries(Object.entries(FINDS).map(([name, text]) => [`services/a/${name}`, text])),
    });
    const target = ["--target", "services/a"];
    expect(await runCli(workspace, ["run", ...target])).toMatchObject({ exitCode: 1 });
    const report = async (format: string): Promise<string> =>
      (await runCli(workspace, ["report", "--format", format, ...target])).stdout;
    expect(await report("github")).toBe(
      "::error file=services/a/docs/a b.md,line=3,title=docs/dead-link::a | b <c>\n::notice title=docs/long::::error::no\n",
    );
    expect(JSON.parse(await report("gitlab"))).toMatchObject([
      { check_name: "docs/dead-link", location: { path: "services/a/docs/a b.md", lines: { begin: 3 } } },
    ]);
    expect(JSON.parse(await report("sarif"))).toMatchObject({
      runs: [
        {
          results: [
            { ruleId: "docs/dead-link", level: "error" },
            { ruleId: "docs/long", level: "note" },
          ],
        },
      ],
    });
    expect(await report("markdown")).toContain("| error | docs/a b.md:3 | a &#124; b &#60;c&#62; | docs/dead-link |");
    const written = await runCli(workspace, ["report", "--format", "junit", "--output", "j.xml", ...target]);
    expect(written).toMatchObject({ stdout: "", exitCode: 0 });
    expect(workspace.read("j.xml")).toContain("error docs/a b.md:3: a | b &lt;c&gt; (dead-link)");
  });
});
