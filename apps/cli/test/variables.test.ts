/** Environment variables whose effect no other test shows, one test for each. The table in support/proofs.ts names the test of every variable. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, type CliOptions } from "./support/run-cli.ts";
import { HAS_TERMINAL, runInTerminal } from "./support/run-in-terminal.ts";

const CONFIG = ".workflow-config.yaml";
const ONE_STEP = 'steps: { lint: { run: "true" } }\n';

/** A real server that notes what it is asked and refuses it. */
async function createRefusing(): Promise<
  AsyncDisposable & {
    readonly url: string;
    readonly asked: { readonly path: string; readonly body: string; readonly key: string }[];
  }
> {
  const asked: { path: string; body: string; key: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => (body += text));
    request.on("end", () => {
      asked.push({ path: request.url ?? "", body, key: request.headers.authorization ?? "" });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Where `doctor` would take the key of a provider from. */
async function keyOf(ai: string, env: NonNullable<CliOptions["env"]>): Promise<string> {
  using workspace = createWorkspace({
    files: { [CONFIG]: `ai: { ${ai} }\nsteps:\n  review: { ai: { prompt: code_review } }\n` },
  });
  const { stdout } = await runCli(workspace, ["doctor", "--json"], { env });
  const { checks } = JSON.parse(stdout) as {
    readonly checks: readonly { readonly id: string; readonly message: string }[];
  };
  expect(stdout).not.toContain("very-secret");
  return checks.find(({ id }) => id === "key")?.message ?? "";
}

/** What a collector of OpenTelemetry is sent of a run. */
async function sentWith(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly paths: readonly string[]; readonly text: string }> {
  await using collector = await createRefusing();
  using workspace = createWorkspace({ files: { [CONFIG]: ONE_STEP } });
  await runCli(workspace, ["run"], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env } });
  return { paths: collector.asked.map(({ path }) => path), text: collector.asked.map(({ body }) => body).join("\n") };
}

/** The commit that changes are compared with. */
async function baseOf(workspace: Workspace, env: NonNullable<CliOptions["env"]>): Promise<unknown> {
  const { stdout } = await runCli(workspace, ["run", "--dry-run=json"], { env });
  return (JSON.parse(stdout) as { readonly changeSet: { readonly base?: { readonly ref?: string } } }).changeSet.base
    ?.ref;
}

const WAITING = `stages: [{ id: release, trigger: manual }]
steps:
  publish: { run: "true", stage: release }
`;

const VARIABLES: Readonly<Record<string, () => Promise<void>>> = {
  AI_API_KEY: async () => {
    await using server = await createRefusing();
    using workspace = createWorkspace({
      files: {
        [CONFIG]: `ai: { provider: openai-compatible, model: m }\nsteps:\n  review: { ai: { prompt: code_review, files: all }, inputs: [a.js] }\n`,
        "a.js": "1\n",
      },
    });
    await runCli(workspace, ["run"], { env: { AI_BASE_URL: server.url, AI_API_KEY: "sk-abc" } });
    expect(server.asked[0]?.key).toBe("Bearer sk-abc");
  },
  OPENAI_API_KEY: async () => {
    const ai = 'provider: openai-compatible, model: m, base_url: "https://api.openai.com/v1"';
    expect(await keyOf(ai, {})).toMatch(/OPENAI_API_KEY/);
    expect(await keyOf(ai, { OPENAI_API_KEY: "very-secret" })).toBe("OPENAI_API_KEY is set");
  },
  ANTHROPIC_API_KEY: async () => {
    const ai = "provider: anthropic, model: m";
    expect(await keyOf(ai, { ANTHROPIC_API_KEY: "very-secret" })).toBe("ANTHROPIC_API_KEY is set");
    // A key of one vendor is never another's.
    expect(await keyOf(ai, { OPENAI_API_KEY: "very-secret" })).not.toContain("is set");
  },
  GOOGLE_GENERATIVE_AI_API_KEY: async () => {
    const set = { GOOGLE_GENERATIVE_AI_API_KEY: "very-secret" };
    expect(await keyOf("provider: google, model: m", set)).toBe("GOOGLE_GENERATIVE_AI_API_KEY is set");
  },
  GEMINI_API_KEY: async () => {
    expect(await keyOf("provider: google, model: m", { GEMINI_API_KEY: "very-secret" })).toBe("GEMINI_API_KEY is set");
  },
  OPENROUTER_API_KEY: async () => {
    const ai = 'provider: openai-compatible, model: m, base_url: "https://openrouter.ai/api/v1"';
    expect(await keyOf(ai, { OPENROUTER_API_KEY: "very-secret" })).toBe("OPENROUTER_API_KEY is set");
  },
  AZURE_OPENAI_API_KEY: async () => {
    const ai = 'provider: openai-compatible, model: m, base_url: "https://a.openai.azure.com/openai/v1"';
    expect(await keyOf(ai, { AZURE_OPENAI_API_KEY: "very-secret" })).toBe("AZURE_OPENAI_API_KEY is set");
  },
  AZURE_API_KEY: async () => {
    const ai = 'provider: openai-compatible, model: m, base_url: "https://a.openai.azure.com/openai/v1"';
    expect(await keyOf(ai, { AZURE_API_KEY: "very-secret" })).toBe("AZURE_API_KEY is set");
  },
  TRACESTATE: async () => {
    const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect((await sentWith({ TRACEPARENT: parent, TRACESTATE: "vendor=abc" })).text).toContain("vendor=abc");
  },
  OTEL_EXPORTER_OTLP_HEADERS: async () => {
    await using collector = await createRefusing();
    using workspace = createWorkspace({ files: { [CONFIG]: ONE_STEP } });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc",
    };
    await runCli(workspace, ["run"], { env });
    expect(collector.asked[0]?.key).toBe("Bearer abc");
  },
  OTEL_SDK_DISABLED: async () => {
    expect((await sentWith({})).paths).toContain("/v1/traces");
    expect((await sentWith({ OTEL_SDK_DISABLED: "true" })).paths).toEqual([]);
  },
  OTEL_TRACES_EXPORTER: async () => {
    expect((await sentWith({ OTEL_TRACES_EXPORTER: "none" })).paths).not.toContain("/v1/traces");
  },
  OTEL_METRICS_EXPORTER: async () => {
    expect((await sentWith({ OTEL_METRICS_EXPORTER: "none" })).paths).toEqual(["/v1/traces"]);
  },
  OTEL_SERVICE_NAME: async () => {
    expect((await sentWith({ OTEL_SERVICE_NAME: "our-pipeline" })).text).toContain("our-pipeline");
  },
  OTEL_RESOURCE_ATTRIBUTES: async () => {
    expect((await sentWith({ OTEL_RESOURCE_ATTRIBUTES: "team=builders" })).text).toContain("builders");
  },
  GITHUB_BASE_REF: async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: ONE_STEP } });
    workspace.git("branch", "release");
    workspace.commit({ "a.js": "1\n" });
    expect(await baseOf(workspace, {})).not.toMatch(/release/);
    expect(await baseOf(workspace, { GITHUB_BASE_REF: "release" })).toMatch(/release/);
  },
  GITHUB_ACTIONS: async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { bad: { run: "exit 3" } }\n' } });
    expect((await runCli(workspace, ["run"])).stderr).not.toContain("::error");
    expect((await runCli(workspace, ["run"], { env: { GITHUB_ACTIONS: "true" } })).stderr).toContain(
      "::error title=bad::",
    );
  },
  WORKFLOW_UNIT: async () => {
    using workspace = createWorkspace({
      files: {
        [CONFIG]: `units: ["services/*"]\nsteps:\n  a: { run: 'echo "$WORKFLOW_UNIT $WORKFLOW_UNIT_DIR" > told.txt', for_each: unit }\n`,
        "services/one/x.txt": "1\n",
        ".gitignore": "told.txt\n",
      },
    });
    await runCli(workspace, ["run"]);
    expect(workspace.read("services/one/told.txt").trim()).toBe("services/one services/one");
  },
};

describe("the variable", () => {
  test.each(Object.entries(VARIABLES))("%s", (_, check) => check());

  test.runIf(HAS_TERMINAL)("CI keeps questions away from a terminal", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: WAITING } });
    const asks = await runInTerminal(workspace, ["run"], [{ after: "release", text: "n\r" }]);
    const { shown } = await runInTerminal(workspace, ["run"], [], { CI: "true" });
    expect(asks.shown).toMatch(/\[y\/N\]|\(y\/n\)|\?/i);
    expect(shown).not.toMatch(/\[y\/N\]|\(y\/n\)|\?/i);
    expect(lastRecord(workspace).status).toBe("partial");
  });
});
