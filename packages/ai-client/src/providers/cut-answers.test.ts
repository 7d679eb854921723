import { expect, test } from "vitest";
import { useAimock } from "../../test/servers/aimock-server.ts";
import { respond, startFaultServer } from "../../test/servers/fault-server.ts";
import type { Provider } from "../provider.ts";
import { createAnthropicProvider } from "./create-anthropic-provider.ts";
import { createGoogleProvider } from "./create-google-provider.ts";
import { createOpenAiCompatibleProvider } from "./create-openai-compatible-provider.ts";

const aimock = useAimock();

const QUESTION = "case:answer";
const KEY = "k-123";
const MESSAGES = [{ role: "user", content: QUESTION }];
const CONTENTS = { contents: [{ role: "user", parts: [{ text: QUESTION }] }] };
const STREAM = { "content-type": "text/event-stream" };
const DOCUMENT = { "content-type": "application/json" };

interface Protocol {
  readonly create: (options: { baseUrl: string; apiKey: string; model: string; streaming: boolean }) => Provider;
  readonly path: (streaming: boolean) => string;
  readonly body: (streaming: boolean) => unknown;
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  "openai-compatible": {
    create: createOpenAiCompatibleProvider,
    path: () => "/v1/chat/completions",
    body: (stream) => ({ model: "m", messages: MESSAGES, stream }),
  },
  anthropic: {
    create: createAnthropicProvider,
    path: () => "/v1/messages",
    body: (stream) => ({ model: "m", messages: MESSAGES, max_tokens: 100, stream }),
  },
  google: {
    create: createGoogleProvider,
    path: (streaming) => `/v1beta/models/m:${streaming ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: () => CONTENTS,
  },
};

/** Places to cut at: around each line end, where an event may seem whole, and every few bytes. */
function cutsOf(text: string): readonly number[] {
  const cuts = new Set<number>();
  for (let place = 0; place < text.length; place += 1) {
    if (place % 11 === 0) cuts.add(place);
    if (text[place] === "\n") [place - 1, place, place + 1].forEach((cut) => cuts.add(cut));
  }
  return [...cuts].filter((cut) => cut < text.length);
}

for (const [name, { create, path, body }] of Object.entries(PROTOCOLS)) {
  test.each([true, false])(
    `${name} never takes a part of an answer for the whole (streaming: %s)`,
    async (streaming) => {
      const init = { method: "POST", headers: DOCUMENT, body: JSON.stringify(body(streaming)) };
      const whole = await (await fetch(`${aimock.url()}${path(streaming)}`, init)).text();
      const cuts = cutsOf(whole);
      const headers = streaming ? STREAM : DOCUMENT;
      const replies = [...cuts, whole.length].map((cut) => respond(200, whole.slice(0, cut), headers));
      const server = await startFaultServer(...replies);
      const provider = create({ baseUrl: server.url, apiKey: KEY, model: "m", streaming });
      const ask = (): ReturnType<Provider["generate"]> =>
        provider.generate({ prompt: QUESTION }, { signal: new AbortController().signal });
      let failedCount = 0;
      for (const cut of cuts) {
        const answer = await ask();
        if (answer.status === "failed") {
          failedCount += 1;
          expect([cut, answer.reason, answer.retryable]).toEqual([cut, "unreachable", true]);
        } else {
          expect([cut, answer.finishReason, answer.text]).toEqual([cut, "stop", "fine"]);
        }
      }
      // A stream may be cut after its finish reason, a document nowhere.
      expect(failedCount / cuts.length).toBeGreaterThan(streaming ? 0.3 : 0.99);
      expect(await ask()).toMatchObject({ status: "answered", finishReason: "stop", text: "fine" });
    },
  );
}
