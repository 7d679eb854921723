import { describe, expect, test } from "vitest";
import { context, degraded, HOSTILE_NAMES, messageAbout, slowRun } from "../../test/examples.ts";
import { composeMessage, type AlertMessage } from "../message/compose-message.ts";
import { toDiscordPayload } from "./to-discord-payload.ts";
import { toEmail } from "./to-email.ts";
import { toJobSummary } from "./to-job-summary.ts";
import { toSlackPayload } from "./to-slack-payload.ts";
import { toTeamsPayload } from "./to-teams-payload.ts";
import { toWebhookPayload } from "./to-webhook-payload.ts";

const message = composeMessage({ fire: [degraded], resolved: [{ ...slowRun, status: "resolved" }] }, context);
if (message === undefined) throw new Error("there is something to tell");

/** Every name in every place where text from outside may stand. */
const hostile: readonly (readonly [string, AlertMessage])[] = HOSTILE_NAMES.map((name) => [
  name.slice(0, 40),
  messageAbout([name], { workflow: name, branch: name, commit: name, machine: name, runId: name }),
]);
/** As much as a message can hold, of characters that take most room. */
const largest: readonly AlertMessage[] = [
  "漢".repeat(200),
  "*".repeat(200),
  "{".repeat(200),
  '"'.repeat(200),
  "👍".repeat(200),
].map((name) =>
  messageAbout(
    Array.from({ length: 100 }, (_, index) => `${index}${name}`),
    {
      workflow: name,
      branch: name,
      commit: name,
      machine: name,
      runId: name,
      reportUrl: `https://x.example/${"a".repeat(900)}`,
    },
  ),
);

describe("toSlackPayload()", () => {
  test("is a header, sections and a context of Block Kit, with a text for notifications", () => {
    expect(toSlackPayload(message)).toEqual({
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

  test.each(hostile)("calls nobody, links nothing and formats nothing for %j", (_name, { reportUrl: _, ...about }) => {
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

  test.each(largest.map((about) => [about.lines[0]?.subject.slice(1, 4), about]))(
    "keeps the limits with %j",
    (_name, about) => {
      const { blocks } = toSlackPayload(about as AlertMessage);
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) {
        if (block.type === "context") expect(block.elements.length).toBeLessThanOrEqual(10);
        else expect(block.text.text.length).toBeLessThanOrEqual(block.type === "header" ? 150 : 3000);
        if (block.type !== "context") expect(block.text.text).not.toBe("");
      }
      expect(JSON.stringify(blocks)).toMatch(/… and \d+ more/);
    },
  );
});

describe("toTeamsPayload()", () => {
  test("is a message with one adaptive card", () => {
    const { type, attachments } = toTeamsPayload(message);
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

  test.each(hostile)("puts text from outside only where no markup is read, for %j", (_name, about) => {
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

  test.each(largest.map((about) => [about.lines[0]?.subject.slice(1, 4), about]))(
    "keeps 28 KB with %j",
    (_name, about) => {
      const body = JSON.stringify(toTeamsPayload(about as AlertMessage));
      expect(Buffer.byteLength(body)).toBeLessThan(28 * 1024);
      expect(body).toContain("… and 80 more");
    },
  );
});

describe("toDiscordPayload()", () => {
  test("is one embed that calls nobody", () => {
    expect(toDiscordPayload(message)).toEqual({
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

  test.each(hostile)("escapes all marks of %j", (_name, about) => {
    const payload = toDiscordPayload(about);
    expect(payload.allowed_mentions).toEqual({ parse: [] });
    const [head = "", line = ""] = payload.embeds[0].description.split("\n");
    const subject = /^🔴 \*\*(.*)\*\* has become slower/.exec(line)?.[1] ?? "\n";
    for (const text of [head, subject]) {
      expect(text.replace(/\\[!-/:-@[-`{-~]|@\u200B/g, "")).not.toMatch(/[!-/:-@[-`{-~\n]/);
    }
    expect(payload.embeds[0].footer.text).not.toMatch(/@\w/);
  });

  test.each(largest.map((about) => [about.lines[0]?.subject.slice(1, 4), about]))(
    "keeps the limits with %j",
    (_name, about) => {
      const { title, description, footer } = toDiscordPayload(about as AlertMessage).embeds[0];
      expect(title.length).toBeLessThanOrEqual(256);
      expect(description.length).toBeLessThanOrEqual(4096);
      expect(footer.text.length).toBeLessThanOrEqual(2048);
      expect(title.length + description.length + footer.text.length).toBeLessThanOrEqual(6000);
      expect(description).toMatch(/… and \d+ more$/);
    },
  );
});

describe("toWebhookPayload()", () => {
  test("is type, time and data, each alert with its key and evidence", () => {
    const payload = toWebhookPayload(message);
    expect(payload).toMatchObject({
      type: "ai-workflow.alerts",
      timestamp: "2026-11-25T12:00:00.000Z",
      data: {
        workflow: "shop",
        run: "run-7",
        details: { run: "run-7", commit: "0a1b2c3", branch: "main", machine: "linux-x64-8" },
        report_url: "https://ci.example/shop/7?tab=a&x=1",
        omitted_count: 0,
      },
    });
    expect(payload.data.alerts[0]).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      status: "firing",
      kind: "degradation",
      rule: "degradation",
      step: "lint",
      summary: "lint has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs",
      since: "2026-11-25T11:00:00.000Z",
      since_run: "run-6",
      evidence: degraded.evidence,
    });
    expect(payload.data.alerts[1]).toMatchObject({ status: "resolved", step: null });
  });

  test("keys are the same for firing and resolved, and others for other workflows and steps", () => {
    const keyOf = (about: AlertMessage): string | undefined => toWebhookPayload(about).data.alerts[0]?.key;
    const over = composeMessage({ fire: [], resolved: [{ ...degraded, status: "resolved" }] }, context) as AlertMessage;
    expect(keyOf(over)).toBe(keyOf(messageAbout(["lint"])));
    expect(keyOf(messageAbout(["test"]))).not.toBe(keyOf(over));
    expect(keyOf(messageAbout(["lint"], { workflow: "other" }))).not.toBe(keyOf(over));
  });

  test.each([...hostile, ...largest.map((about, index) => [`large ${index}`, about] as const)])(
    "is bounded with %j",
    (_name, about) => {
      expect(Buffer.byteLength(JSON.stringify(toWebhookPayload(about)))).toBeLessThan(32 * 1024);
    },
  );
});

describe("toEmail()", () => {
  test("is a subject and plain text", () => {
    expect(toEmail(message)).toEqual({
      subject: "[shop] 1 alert, 1 resolved",
      text: `ALERT: lint has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs (since 9f8e7d6)
RESOLVED: The run is back to 6 min 52 s, the threshold is 5 min 0 s

workflow: shop
run: run-7
commit: 0a1b2c3
branch: main
machine: linux-x64-8
report: https://ci.example/shop/7?tab=a&x=1
time: 2026-11-25T12:00:00.000Z
`,
    });
  });

  test.each(hostile)("has a subject of one line for %j", (_name, about) => {
    const { subject, text } = toEmail(about);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(text.split("\n").filter((line) => line.startsWith("ALERT: "))).toHaveLength(1);
    expect(text).not.toMatch(/^Bcc/m);
  });
});

describe("toJobSummary()", () => {
  test("is a section with a table", () => {
    expect(toJobSummary(message)).toBe(`### 1 alert, 1 resolved

Workflow <code>shop</code>

| | what | how |
|---|---|---|
| 🔴 alert | <code>lint</code> | has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs <code>since 9f8e7d6</code> |
| 🟢 resolved | <code>The run</code> | is back to 6 min 52 s, the threshold is 5 min 0 s |

run <code>run&#45;7</code> · commit <code>0a1b2c3</code> · branch <code>main</code> · machine <code>linux&#45;x64&#45;8</code> · [report](<https://ci.example/shop/7?tab=a&x=1>)
`);
  });

  test.each(hostile)("leaves no mark of %j that Markdown or HTML could read", (_name, { reportUrl: _, ...about }) => {
    const markdown = toJobSummary(about);
    expect(markdown.split("\n").filter((line) => line.startsWith("| 🔴"))).toHaveLength(1);
    for (const [, inside = ""] of markdown.matchAll(/<code>([^\n]*?)<\/code>/g))
      expect(inside.replace(/&#\d+;/g, "")).not.toMatch(/[!-/:-@[-`{-~\n]/);
    expect(markdown.replace(/<code>[^\n]*?<\/code>/g, "")).not.toMatch(/[<>@`[\]]/);
  });
});
