import { expect, test } from "vitest";
import type { Provider, ProviderAnswer } from "../src/provider.ts";

/** The key that providers under the contract use, if any. */
export const CONTRACT_KEY = "contract-key";

const SECRET = "the secret plans of the company are in this question";

function generate(provider: Provider, prompt: string, signal = new AbortController().signal): Promise<ProviderAnswer> {
  return provider.generate({ prompt: `${prompt} ${SECRET}`, system: "Be brief." }, { signal });
}

/** What every provider must do, whoever is behind it. `create` gives one whose other side understands `case:…`. */
export function testProviderContract(name: string, create: () => Provider, finds: { readonly usage: boolean }): void {
  test(`${name} has a name and an identity without a key`, () => {
    const { name: own, baseUrl } = create();
    expect(own).not.toBe("");
    expect(`${own} ${baseUrl}`).not.toContain(CONTRACT_KEY);
  });

  test(`${name} answers, and says what it took`, async () => {
    const usage = { inputTokens: 120, outputTokens: 45 };
    const answer = await generate(create(), "case:answer");
    expect(answer).toMatchObject({
      status: "answered",
      finishReason: "stop",
      text: "fine",
      ...(finds.usage && { usage }),
    });
  });

  test(`${name} passes on the system instructions and the question, whole`, async () => {
    const question = `case:echo äöü 日本 😀 ${"long ".repeat(20_000)}`;
    const answer = await generate(create(), question);
    expect(answer).toMatchObject({ status: "answered", text: `Be brief.|${question} ${SECRET}` });
  });

  test(`${name} does not mix up questions that are asked at the same time`, async () => {
    const provider = create();
    const questions = Array.from({ length: 8 }, (_, index) => `case:echo ${index}`);
    const answers = await Promise.all(questions.map((question) => generate(provider, question)));
    expect(answers.map((answer) => (answer.status === "answered" ? answer.text : answer.message))).toEqual(
      questions.map((question) => `Be brief.|${question} ${SECRET}`),
    );
  });

  test(`${name} says that an answer was cut at the token limit`, async () => {
    expect(await generate(create(), "case:length")).toMatchObject({ status: "answered", finishReason: "length" });
  });

  test.each([
    ["case:rate", "rate-limited", true],
    ["case:refused", "refused", false],
    ["case:trouble", "unreachable", true],
    ["case:cut", "unreachable", true],
    ["case:empty", "malformed", true],
  ])(`${name} takes %s for a failure: %s, worth another try: %s`, async (question, reason, retryable) => {
    const answer = await generate(create(), question);
    expect(answer).toMatchObject({ status: "failed", reason, retryable });
    const { message } = answer as { message: string };
    // oxlint-disable-next-line no-control-regex
    expect(message).toMatch(/^[^\u0000-\u001F\u007F]{5,400}$/);
    for (const secret of [CONTRACT_KEY, "secret plans"]) expect(message).not.toContain(secret);
  });

  test(`${name} says how long it is to be left alone`, async () => {
    expect(await generate(create(), "case:rate")).toMatchObject({ retryAfterMs: 7000 });
  });

  test(`${name} does not ask when the call was aborted before`, async () => {
    expect(await generate(create(), "case:answer", AbortSignal.abort())).toMatchObject({ status: "failed" });
  });

  test(`${name} ends when the call is aborted`, async () => {
    const controller = new AbortController();
    const answer = generate(create(), "case:slow", controller.signal);
    setImmediate(() => controller.abort());
    expect(await answer).toMatchObject({ status: "failed", retryable: false });
  });
}
