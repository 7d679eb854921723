import { describe, expect, test } from "vitest";
import { hostileMessages, messageAbout, largestMessages, mixedMessage } from "../../test/examples.ts";
import { toSlackPayload } from "./to-slack-payload.ts";

describe("toSlackPayload()", () => {
  test("is a header, sections and a context of Block Kit, with a text for notifications", () => {
    expect(toSlackPayload(mixedMessage)).toEqual({
      text: "1 alert, 1 resolved: shop",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "1 alert, 1 resolved" } },
        { type: "section", text: { type: "mrkdwn", text: "*shop*", verbatim: true } },
        {
          type: "section",
          text: {
            type: "mrkdwn",
            text: [
              ":red_circle: *lint* has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs (since 9f8e7d6)",
              ":large_green_circle: *The run* is back to 6 min 52 s, the threshold is 5 min 0 s",
            ].join("\n"),
            verbatim: true,
          },
        },
        {
          type: "context",
          elements: [
            { type: "mrkdwn", text: "run: run-7", verbatim: true },
            { type: "mrkdwn", text: "commit: 0a1b2c3", verbatim: true },
            { type: "mrkdwn", text: "branch: main", verbatim: true },
            { type: "mrkdwn", text: "machine: linux-x64-8", verbatim: true },
            { type: "mrkdwn", text: "<https://ci.example/shop/7?tab=a&amp;x=1|Report>", verbatim: true },
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  test("escapes control characters, and leaves a name with underscores as it is", () => {
    const { blocks } = toSlackPayload(messageAbout(["<!channel> & my_step *b*"]));
    expect(JSON.stringify(blocks)).toContain("&lt;!channel&gt; &amp; my_step \u200B*\u200Bb\u200B*\u200B");
  });

  test.each(hostileMessages)("calls nobody, links nothing and formats nothing for %j", (_name, about) => {
    const { text, blocks } = toSlackPayload(about);
    const texts = blocks.flatMap((block) => (block.type === "context" ? block.elements : [block.text]));
    for (const { text: shown } of [{ text }, ...texts]) {
      expect(shown).not.toMatch(/[<>]/);
      expect(shown).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(shown).not.toMatch(/@\w/);
      expect(shown.replaceAll(":red_circle:", "")).not.toMatch(/:[a-z_]+:/);
      expect(shown.split("\n")).toHaveLength(1);
      // Only our own pair of stars is at the edge of a word.
      expect(
        shown.replace(/\u200B[*_~`]\u200B/g, "").match(/(?<![A-Za-z0-9])[*_~`]|[*_~`](?![A-Za-z0-9])/g) ?? [],
      ).toHaveLength((shown.match(/^(?::red_circle: )?\*[^]*\*/) ?? []).length * 2);
    }
  });

  test.each(largestMessages)("keeps the limits with %j", (_name, about) => {
    const { blocks } = toSlackPayload(about);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) {
      if (block.type === "context") expect(block.elements.length).toBeLessThanOrEqual(10);
      else expect(block.text.text.length).toBeLessThanOrEqual(block.type === "header" ? 150 : 3000);
      if (block.type !== "context") expect(block.text.text).not.toBe("");
    }
    expect(JSON.stringify(blocks)).toMatch(/… and \d+ more/);
  });
});
