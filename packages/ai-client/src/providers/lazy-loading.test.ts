import { execFile } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { answer, startFaultServer } from "../../test/servers/fault-server.ts";

// What is built, as users load it; `pnpm build` comes before the tests.
const DIST = join(import.meta.dirname, "../../dist");

/** Runs `source` in a process of its own that writes down each module it loads; gives what it printed, and the modules. */
async function run(source: string, dist = DIST): Promise<{ printed: unknown; modules: readonly string[] }> {
  const folder = temporaryDirectory();
  const list = join(folder, "modules.txt");
  writeFileSync(list, "");
  const hooks = `import { appendFileSync } from "node:fs";
    export async function load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + "\\n"); return next(url, context); }`;
  const hooksFile = join(folder, "hooks.mjs");
  writeFileSync(hooksFile, hooks);
  const main = join(folder, "main.mjs");
  const register = `import { register } from "node:module"; register(${JSON.stringify(pathToFileURL(hooksFile).href)});`;
  writeFileSync(join(folder, "register.mjs"), register);
  writeFileSync(main, source.replaceAll("DIST", pathToFileURL(dist).href));
  const args = ["--import", pathToFileURL(join(folder, "register.mjs")).href, main];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return { printed: JSON.parse(stdout) as unknown, modules: readFileSync(list, "utf8").trim().split("\n") };
}

test("no SDK is loaded and no socket opened before the first question", async () => {
  const server = await startFaultServer(answer("fine"));
  const source = `
    import { subscribe } from "node:diagnostics_channel";
    import { createOpenAiCompatibleProvider } from "DIST/providers/create-openai-compatible-provider.js";
    import { createAnthropicProvider } from "DIST/providers/create-anthropic-provider.js";
    import { createGoogleProvider } from "DIST/providers/create-google-provider.js";
    let socketCount = 0;
    subscribe("net.client.socket", () => (socketCount += 1));
    const provider = createOpenAiCompatibleProvider({ baseUrl: ${JSON.stringify(server.url)}, model: "m" });
    createAnthropicProvider({ apiKey: "k", model: "m" });
    createGoogleProvider({ apiKey: "k", model: "m" });
    const text = QUESTION;
    process.stdout.write(JSON.stringify({ socketCount, text }));`;
  const idle = await run(source.replace("QUESTION", "undefined"));
  expect(idle.printed).toEqual({ socketCount: 0 });
  expect(idle.modules.filter((url) => url.includes("node_modules"))).toEqual([]);
  const ask = '(await provider.generate({ prompt: "p" }, { signal: new AbortController().signal })).text';
  const asking = await run(source.replace("QUESTION", ask));
  expect(asking.printed).toEqual({ socketCount: 1, text: "fine" });
  expect(asking.modules.filter((url) => url.includes("/@ai-sdk/openai-compatible/"))).not.toEqual([]);
  expect(asking.modules.filter((url) => /@ai-sdk\/(?:anthropic|google)/.test(url))).toEqual([]);
});

test("choosing a provider from settings loads no SDK", async () => {
  const source = `
    import { createProviderFromSettings } from "DIST/providers/create-provider-from-settings.js";
    const { ok } = createProviderFromSettings({ provider: "anthropic", model: "m" }, { ANTHROPIC_API_KEY: "k" });
    process.stdout.write(JSON.stringify(ok));`;
  const { printed, modules } = await run(source);
  expect(printed).toBe(true);
  expect(modules.filter((url) => url.includes("node_modules"))).toEqual([]);
});

test.each([
  ["createAnthropicProvider", "create-anthropic-provider", "@ai-sdk/anthropic"],
  ["createGoogleProvider", "create-google-provider", "@ai-sdk/google"],
])("%s() says what to install where its SDK is missing", async (create, file, packageName) => {
  // Beside this copy there is no folder with packages.
  const dist = join(temporaryDirectory(), "dist");
  cpSync(DIST, dist, { recursive: true });
  writeFileSync(join(dist, "package.json"), '{"type":"module"}');
  const source = `
    import { ${create} } from "DIST/providers/${file}.js";
    const provider = ${create}({ apiKey: "k", model: "m" });
    const answer = await provider.generate({ prompt: "p" }, { signal: new AbortController().signal });
    process.stdout.write(JSON.stringify(answer));`;
  expect((await run(source, dist)).printed).toEqual({
    status: "failed",
    reason: "no-provider",
    message: `The package ${packageName} is not installed; install it beside this one (npm install ${packageName}@3)`,
    retryable: false,
  });
});
