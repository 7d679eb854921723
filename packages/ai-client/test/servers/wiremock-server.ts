import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** A running WireMock. */
export interface WiremockServer {
  /** Its address, without a path. */
  readonly url: () => string;
  /** Adds a stub. */
  readonly stub: (mapping: unknown) => Promise<void>;
  /** How many requests came since the test began. */
  readonly countRequests: () => Promise<number>;
}

/** Whether there is a Java to run it. */
export const HAS_JAVA: boolean = spawnSync("java", ["-version"], { stdio: "ignore" }).status === 0;

const START_MS = 120_000;

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function findJar(): string {
  const folder = join(dirname(createRequire(import.meta.url).resolve("wiremock/package.json")), "build");
  const jar = readdirSync(folder).find((name) => name.endsWith(".jar"));
  if (jar === undefined) throw new Error("The package wiremock has no jar");
  return join(folder, jar);
}

/** Starts WireMock once for the test file, as it takes seconds. */
export function useWiremock(): WiremockServer {
  let stop = (): Promise<unknown> => Promise.resolve();
  let folder = "";
  let url = "";

  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}/__admin${path}`, init);
    if (!response.ok) throw new Error(`WireMock answered ${response.status} to ${method} ${path}`);
    const text = await response.text();
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ai-client-wiremock-"));
    mkdirSync(join(folder, "mappings"));
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    // Java itself instead of the package's starter, whose child would outlive it.
    const args = ["-jar", findJar(), "--port", `${port}`, "--bind-address", "127.0.0.1", "--root-dir", folder];
    const started = spawn("java", [...args, "--disable-banner"], { stdio: ["ignore", "pipe", "pipe"] });
    stop = () => {
      const ended = new Promise((resolve) => started.on("exit", resolve));
      started.kill("SIGKILL");
      return ended;
    };
    await new Promise<void>((resolve, reject) => {
      started.on("error", reject);
      started.on("exit", (code) => reject(new Error(`WireMock ended with exit code ${code}`)));
      // It prints its settings when it listens.
      createInterface({ input: started.stdout }).on("line", (line) => {
        if (line.startsWith("port:")) resolve();
      });
      started.stderr.resume();
    });
  }, START_MS);
  beforeEach(async () => {
    await call("POST", "/reset");
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    url: () => url,
    stub: async (mapping) => void (await call("POST", "/mappings", mapping)),
    countRequests: async () => {
      const { meta } = (await call("GET", "/requests")) as { meta: { total: number } };
      return meta.total;
    },
  };
}
