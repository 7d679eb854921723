import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { checkModels, type ModelFacts } from "./model-checks.ts";
import { reachHost } from "./reach-host.ts";

const HTTP = {
  kind: "http",
  name: "openai-compatible",
  model: "m",
  origin: "http://localhost:11434",
  key: { variable: "AI_API_KEY", isSet: false, isNeeded: false },
  reach: { ok: true, tookMs: 2 },
} as const;

const of = (provider: ModelFacts["provider"], asking: readonly string[] = ["review"]): Record<string, string> =>
  Object.fromEntries(checkModels({ asking, needing: asking, provider }).map(({ id, state }) => [id, state]));

test("a provider matters only where a step asks", () => {
  expect(of({ kind: "invalid", message: "no", hint: "mend" }, [])).toEqual({ provider: "ok" });
  expect(of({ kind: "invalid", message: "no", hint: "mend" })).toEqual({ provider: "problem" });
  expect(of({ kind: "none" })).toEqual({ provider: "advice" });
  expect(of({ kind: "exec", program: "claude", found: false })).toEqual({ provider: "problem" });
  expect(of({ kind: "exec", program: "claude", found: true })).toEqual({ provider: "ok" });
});

test("that no model is chosen is a hint where steps do something without one, and advice where they do not", () => {
  const checkOf = (needing: readonly string[]): unknown =>
    checkModels({ asking: ["code_review", "own"], needing, provider: { kind: "none" } });
  expect(checkOf([])).toEqual([
    {
      id: "provider",
      state: "ok",
      message: "no model is chosen: code_review, own do what can be done without one",
      mend: "set `ai.provider` and `ai.model` in the configuration, for more",
    },
  ]);
  expect(checkOf(["own"])).toMatchObject([
    { state: "advice", message: expect.stringMatching(/^own asks a model, .* inconclusive$/) as unknown },
  ]);
});

test("of a server it tells address, model and key apart", () => {
  expect(of(HTTP)).toEqual({ provider: "ok", model: "ok", key: "ok" });
  expect(of({ ...HTTP, reach: { ok: false, reason: "ECONNREFUSED" } })).toMatchObject({ provider: "problem" });
  expect(of({ ...HTTP, reach: undefined })).toMatchObject({ provider: "unknown" });
  expect(of({ ...HTTP, origin: undefined, reach: undefined })).toMatchObject({ provider: "problem" });
  expect(of({ ...HTTP, model: undefined })).toMatchObject({ model: "problem" });
  expect(of({ ...HTTP, key: { variable: "K", isSet: false, isNeeded: true } })).toMatchObject({ key: "problem" });
});

test("reachHost() hangs up without a word, and says why nobody is there", async () => {
  let received = 0;
  const server = createServer((socket) => socket.on("data", (chunk) => (received += chunk.length)));
  const closed = new Promise((resolve) => server.once("connection", (socket) => socket.once("close", resolve)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/v1?key=secret`;
  expect(await reachHost(address, { timeoutMs: 10_000 })).toMatchObject({ ok: true });
  await closed;
  expect(received).toBe(0);
  await new Promise((resolve) => server.close(resolve));
  expect(await reachHost(address, { timeoutMs: 10_000 })).toEqual({ ok: false, reason: "ECONNREFUSED" });
});

test("reachHost() wants a server behind https to prove who it is", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  expect(await reachHost(`https://127.0.0.1:${port}`, { timeoutMs: 10_000 })).toMatchObject({ ok: false });
  await new Promise((resolve) => server.close(resolve));
});
