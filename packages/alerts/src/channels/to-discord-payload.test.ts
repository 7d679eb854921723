import { describe, expect, test } from "vitest";
import { hostileMessages, largestMessages, mixedMessage } from "../../test/examples.ts";
import { toDiscordPayload } from "./to-discord-payload.ts";

describe("toDiscordPayload()", () => {
  test("is one embed that calls nobody", () => {
    expect(toDiscordPayload(mixedMessage)).toEqual({
      embeds: [
        {
          title: "1 alert, 1 resolved",
          description: [
            "shop",
            "🔴 **lint** has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs (since 9f8e7d6)",
            "🟢 **The run** is back to 6 min 52 s, the threshold is 5 min 0 s",
          ].join("\n"),
          color: 0xd1_24_2f,
          timestamp: "2026-11-25T12:00:00.000Z",
          footer: { text: "run: run-7 · commit: 0a1b2c3 · branch: main · machine: linux-x64-8" },
          url: "https://ci.example/shop/7?tab=a&x=1",
        },
      ],
      allowed_mentions: { parse: [] },
    });
  });

  test.each(hostileMessages)("escapes all marks of %j", (_name, about) => {
    const payload = toDiscordPayload(about);
    expect(payload.allowed_mentions).toEqual({ parse: [] });
    const [head = "", line = ""] = payload.embeds[0].description.split("\n");
    const subject = /^🔴 \*\*(.*)\*\* has become slower/.exec(line)?.[1] ?? "\n";
    for (const text of [head, subject]) {
      expect(text.replace(/\\[!-/:-@[-`{-~]|@\u200B/g, "")).not.toMatch(/[!-/:-@[-`{-~\n]/);
    }
    expect(payload.embeds[0].footer.text).not.toMatch(/@\w/);
  });

  test.each(largestMessages)("keeps the limits with %j", (_name, about) => {
    const { title, description, footer } = toDiscordPayload(about).embeds[0];
    expect(title.length).toBeLessThanOrEqual(256);
    expect(description.length).toBeLessThanOrEqual(4096);
    expect(footer.text.length).toBeLessThanOrEqual(2048);
    expect(title.length + description.length + footer.text.length).toBeLessThanOrEqual(6000);
    expect(description).toMatch(/… and \d+ more$/);
  });
});
