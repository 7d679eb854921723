import { describe, expect, test } from "vitest";
import { hostileMessages, largestMessages, mixedMessage } from "../../test/examples.ts";
import { toTeamsPayload } from "./to-teams-payload.ts";

describe("toTeamsPayload()", () => {
  test("is a message with one adaptive card", () => {
    const { type, attachments } = toTeamsPayload(mixedMessage);
    expect({ type, count: attachments.length }).toEqual({ type: "message", count: 1 });
    const { contentType, content } = attachments[0];
    expect(contentType).toBe("application/vnd.microsoft.card.adaptive");
    expect(content).toMatchObject({ type: "AdaptiveCard", version: "1.4" });
    expect(content.actions).toEqual([
      { type: "Action.OpenUrl", title: "Open the report", url: "https://ci.example/shop/7?tab=a&x=1" },
    ]);
    const lines = content.body.map(({ inlines }) => inlines.map(({ text }) => text).join(""));
    expect(lines).toEqual([
      "1 alert, 1 resolved",
      "shop",
      "Alert lint has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs (since 9f8e7d6)",
      "Resolved The run is back to 6 min 52 s, the threshold is 5 min 0 s",
      "run: run-7",
      "commit: 0a1b2c3",
      "branch: main",
      "machine: linux-x64-8",
    ]);
  });

  test.each(hostileMessages)("puts text from outside only where no markup is read, for %j", (_name, about) => {
    const { content } = toTeamsPayload(about).attachments[0];
    for (const { type, inlines } of content.body) {
      expect(type).toBe("RichTextBlock");
      for (const { type: kind, text } of inlines) {
        expect(kind).toBe("TextRun");
        expect(text).not.toBe("");
        expect(text).not.toMatch(/\{\{|\n/);
      }
    }
    expect(content.fallbackText).toBe("1 alert");
    expect(JSON.stringify(content)).not.toContain('"entities"');
  });

  test.each(largestMessages)("keeps 28 KB with %j", (_name, about) => {
    const body = JSON.stringify(toTeamsPayload(about));
    expect(Buffer.byteLength(body)).toBeLessThan(28 * 1024);
    expect(body).toContain("… and 80 more");
  });
});
