import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { READ_INPUT, temporaryProgram } from "../../test/temporary-program.ts";
import type { ProviderAnswer } from "../provider.ts";
import { createExecProvider, type ExecProviderOptions } from "./create-exec-provider.ts";
import { readAnswerEnvelope } from "./envelopes/read-answer-envelope.ts";

async function ask(
  source: string,
  options: Partial<ExecProviderOptions> = {},
  prompt = "Why?",
): Promise<ProviderAnswer> {
  const { command, args } = temporaryProgram(source);
  const provider = createExecProvider({ command, args, ...options });
  return provider.generate({ prompt, system: "Be brief." }, { signal: new AbortController().signal });
}

const print = (envelope: unknown): string => `process.stdout.write(${JSON.stringify(JSON.stringify(envelope))});\n`;

test("createExecProvider() gives the prompt on standard input and reads the answer from standard output", async () => {
  const source = `${READ_INPUT} console.log(JSON.stringify({ finishReason: "stop", text: input, usage: { inputTokens: 3, outputTokens: 4 } }));`;
  expect(await ask(source)).toEqual({
    status: "answered",
    finishReason: "stop",
    text: "Be brief.\n\nWhy?",
    usage: { inputTokens: 3, outputTokens: 4 },
  });
  const large = "é".repeat(1_000_000);
  expect(await ask(source, {}, large)).toMatchObject({ text: `Be brief.\n\n${large}` });
});

test("createExecProvider() hands nothing to a shell", async () => {
  const { command, args } = temporaryProgram(
    `console.log(JSON.stringify({ finishReason: "stop", text: process.argv[2] }));`,
  );
  const provider = createExecProvider({ command, args: [...args, "$(echo x); `y` && z"] });
  const answer = await provider.generate({ prompt: "p" }, { signal: new AbortController().signal });
  expect(answer).toMatchObject({ text: "$(echo x); `y` && z" });
});

test("createExecProvider() passes on no variable it was not told to, and runs in a folder of its own", async () => {
  process.env["AI_CLIENT_TEST_TOKEN"] = "secret";
  const source = `console.log(JSON.stringify({ finishReason: "stop", text: JSON.stringify({ env: process.env, cwd: process.cwd() }) }));`;
  const answer = await ask(source, { env: { MODEL_KEY: "k" } });
  delete process.env["AI_CLIENT_TEST_TOKEN"];
  if (answer.status !== "answered") throw new Error(answer.message);
  const { env, cwd } = JSON.parse(answer.text) as { env: Record<string, string>; cwd: string };
  expect(env["MODEL_KEY"]).toBe("k");
  expect(env).not.toHaveProperty("AI_CLIENT_TEST_TOKEN");
  expect(cwd).not.toBe(process.cwd());
  expect(existsSync(cwd)).toBe(false);
});

test.each([
  ["prints nothing", "", "malformed", false],
  ["prints text", `console.log("API Error: rate limit reached");`, "malformed", false],
  ["prints half a document", `process.stdout.write('{"finishReason":"stop","text":"x');`, "malformed", false],
  ["prints two documents", print({ finishReason: "stop", text: "x" }).repeat(2), "malformed", false],
  ["prints a document without text", print({ finishReason: "stop" }), "malformed", false],
  ["reports an error and exits with 0", print({ error: { reason: "refused", message: "no" } }), "refused", false],
  [
    "answers but exits with 3",
    `${print({ finishReason: "stop", text: "x" })} process.exitCode = 3;`,
    "unreachable",
    true,
  ],
  [
    "is killed",
    `${print({ finishReason: "stop", text: "x" })} process.kill(process.pid, "SIGKILL");`,
    "unreachable",
    true,
  ],
] as const)("createExecProvider() has no answer when the program %s", async (_, source, reason, retryable) => {
  expect(await ask(source)).toMatchObject({ status: "failed", reason, retryable });
});

test("createExecProvider() believes a failing program about why it failed", async () => {
  const envelope = { error: { reason: "rate-limited", message: "slow \u001B[31mdown", retryAfterMs: 7000 } };
  expect(await ask(`${print(envelope)} process.exitCode = 1;`)).toEqual({
    status: "failed",
    reason: "rate-limited",
    message: "slow down",
    retryable: true,
    retryAfterMs: 7000,
  });
});

test("createExecProvider() says that a program that failed without a word may have had its model at work", async () => {
  expect(await ask(`process.exitCode = 1;`)).toMatchObject({ reason: "unreachable", mayBeCharged: true });
  expect(await ask(`console.log("half an ans");`)).toMatchObject({ reason: "malformed", mayBeCharged: true });
  const explained = await ask(`${print({ error: { reason: "rate-limited", message: "no" } })} process.exitCode = 1;`);
  expect(explained).not.toHaveProperty("mayBeCharged");
});

test("createExecProvider() says what a failing program said, without its escapes", async () => {
  const answer = await ask(`console.error("\\u001B[31mnot logged in"); process.exitCode = 2;`);
  expect(answer).toMatchObject({ message: "The program ended with exit code 2: not logged in" });
});

test("createExecProvider() has no answer when the program cannot be started", async () => {
  const provider = createExecProvider({ command: "no-such-program-here" });
  const answer = await provider.generate({ prompt: "p" }, { signal: new AbortController().signal });
  expect(answer).toMatchObject({
    reason: "no-provider",
    retryable: false,
    message: 'The program "no-such-program-here" cannot be started (ENOENT)',
  });
});

test("createExecProvider() ends a program that prints without end", async () => {
  const answer = await ask(`const write = () => process.stdout.write("x".repeat(65536), write); write();`, {
    maxOutputBytes: 1_000_000,
  });
  expect(answer).toMatchObject({ reason: "malformed", message: "The program printed more than 1000000 bytes" });
});

test("createExecProvider() ends a program that hangs, and what it has started", async () => {
  // The started process holds the pipe: were it alive, the call would not end.
  const source = `
    import { spawn } from "node:child_process";
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
    setInterval(() => {}, 1000);`;
  expect(await ask(source, { timeoutMs: 1000 })).toMatchObject({ status: "failed", reason: "timed-out" });
});

test("createExecProvider() does not wait for what a program leaves behind", async () => {
  const answer = await ask(`
    import { spawn } from "node:child_process";
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }).unref();
    ${print({ finishReason: "stop", text: "done" })}`);
  expect(answer).toMatchObject({ status: "answered", text: "done" });
});

test("createExecProvider() does not mind a program that leaves its input unread", async () => {
  const answer = await ask(print({ finishReason: "stop", text: "done" }), {}, "x".repeat(5_000_000));
  expect(answer).toMatchObject({ text: "done" });
});

test("createExecProvider() ends the program when the call is aborted", async () => {
  const { command, args } = temporaryProgram("setInterval(() => {}, 1000);");
  const controller = new AbortController();
  const answer = createExecProvider({ command, args }).generate({ prompt: "p" }, { signal: controller.signal });
  controller.abort();
  expect(await answer).toMatchObject({ status: "failed" });
});

test("createExecProvider() reads an envelope of another make", async () => {
  const readEnvelope = (envelope: unknown): ProviderAnswer =>
    readAnswerEnvelope({ finishReason: "stop", text: (envelope as { result: string }).result });
  expect(await ask(print({ result: "fine" }), { readEnvelope })).toMatchObject({ status: "answered", text: "fine" });
  expect(await ask(print({ other: 1 }), { readEnvelope })).toMatchObject({ reason: "malformed" });
});

test("createExecProvider() puts the model into the arguments that take it", async () => {
  const { command, args } = temporaryProgram(
    `console.log(JSON.stringify({ finishReason: "stop", text: process.argv.slice(2).join(" ") }));`,
  );
  const provider = createExecProvider({ command, args: [...args, "--model={model}", "{model}"], model: "small" });
  const { signal } = new AbortController();
  expect(await provider.generate({ prompt: "p" }, { signal })).toMatchObject({ text: "--model=small small" });
  expect(await provider.generate({ prompt: "p", model: "$&" }, { signal })).toMatchObject({ text: "--model=$& $&" });
  const modelless = createExecProvider({ command, args: [...args, "{model}"] });
  expect(await modelless.generate({ prompt: "p" }, { signal })).toMatchObject({ reason: "no-provider" });
});

test("createExecProvider() refuses parameters, as it could not pass them on", async () => {
  const provider = createExecProvider({ command: "no-such-program-here" });
  const request = { prompt: "p", parameters: { temperature: 0 } };
  expect(await provider.generate(request, { signal: new AbortController().signal })).toMatchObject({
    reason: "refused",
    message: "The parameter `temperature` cannot be passed to a program; put it into its arguments",
  });
});

test("createExecProvider() repeats neither the prompt nor a key that a failing program printed", async () => {
  const prompt = "These are the secret plans of the company";
  const source = `${READ_INPUT} console.error(process.argv[2] === "key" ? process.env.MODEL_KEY : input); process.exitCode = 1;`;
  expect(await ask(source, {}, prompt)).toMatchObject({ message: "The program reported an error" });
  const { command, args } = temporaryProgram(source);
  const provider = createExecProvider({ command, args: [...args, "key"], env: { MODEL_KEY: "hidden-value" } });
  const answer = await provider.generate({ prompt }, { signal: new AbortController().signal });
  expect(answer).toMatchObject({ message: "The program ended with exit code 1: ***" });
});

test("createExecProvider() refuses options that make no sense", () => {
  expect(() => createExecProvider({ command: "" })).toThrow(TypeError);
  expect(() => createExecProvider({ command: "x", envelope: "xml" as "text" })).toThrow("`envelope` must be one of");
  expect(() => createExecProvider({ command: "x", envelope: "text", readEnvelope: readAnswerEnvelope })).toThrow(
    TypeError,
  );
  expect(() => createExecProvider({ command: "x", timeoutMs: 0 })).toThrow(
    "`timeoutMs` must be a positive integer, got 0",
  );
});

test.skipIf(process.platform === "win32")(
  "createExecProvider() does not wait for a process that left the group and holds its output open",
  async () => {
    const endless = `process.getBuiltinModule("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: ["ignore", "inherit", "inherit"] })`;
    const report = join(mkdtempSync(join(tmpdir(), "ai-client-")), "pid");
    const leave = `const child = ${endless}; process.getBuiltinModule("node:fs").writeFileSync(${JSON.stringify(report)}, String(child.pid)); child.unref();`;
    const endLeft = (): void => void process.kill(Number(readFileSync(report, "utf8")), "SIGKILL");
    try {
      expect(await ask(`${leave} ${print({ finishReason: "stop", text: "x" })}`)).toMatchObject({
        status: "failed",
        message: "The program left a process behind that holds its output open",
      });
      endLeft();
      expect(await ask(`${leave} setInterval(() => {}, 1000);`, { timeoutMs: 1000 })).toMatchObject({
        reason: "timed-out",
      });
      endLeft();
    } finally {
      rmSync(dirname(report), { recursive: true });
    }
  },
);

test("createExecProvider() tells the first and the last of what a failing program said, in bounds", async () => {
  const long = "noise ".repeat(2000);
  const source = `process.stderr.write("Error: no such model\\n" + ${JSON.stringify(long)} + "\\nsee the manual\\n"); process.exitCode = 2;`;
  const answer = await ask(source);
  if (answer.status === "answered") throw new Error("a failing program has not answered");
  expect(answer.message).toMatch(
    /^The program ended with exit code 2: Error: no such model noise .* … .*noise see the manual$/,
  );
  expect(answer.message.length).toBeLessThanOrEqual(400);
  const short = await ask(`process.stderr.write("Error: " + "é".repeat(100)); process.exitCode = 2;`);
  expect(short).toMatchObject({ message: `The program ended with exit code 2: Error: ${"é".repeat(100)}` });
});
