import type { Alert } from "../src/alert.ts";
import { composeMessage, type AlertMessage, type MessageContext } from "../src/message/compose-message.ts";

export const AT_MS: number = Date.UTC(2026, 10, 25, 12, 0, 0);

export const context: MessageContext = {
  workflow: "shop",
  runId: "run-7",
  atMs: AT_MS,
  commit: "0a1b2c3",
  branch: "main",
  machine: "linux-x64-8",
  reportUrl: "https://ci.example/shop/7?tab=a&x=1",
};

export const slowRun: Alert = {
  key: '["slow-run"]',
  rule: "slow-run",
  kind: "slow-run",
  status: "firing",
  sinceMs: AT_MS,
  sinceRun: "run-7",
  evidence: { kind: "slow-run", durationMs: 412_000, thresholdMs: 300_000 },
};

export const degraded: Alert = {
  key: '["degradation","lint"]',
  rule: "degradation",
  kind: "degradation",
  step: "lint",
  status: "firing",
  sinceMs: AT_MS - 3_600_000,
  sinceRun: "run-6",
  evidence: {
    kind: "degradation",
    beforeMs: 10_200,
    afterMs: 14_900,
    windowCount: 5,
    thresholdShare: 0.2,
    sinceCommit: "9f8e7d6",
  },
};

/** What people, or those who mean harm, call steps. */
export const HOSTILE_NAMES: readonly string[] = [
  "a\r\nBcc: victim@example.com\r\n\r\nhello",
  "@everyone @here <@123> <@&456> <#789>",
  "<!channel> <!here> <@U123> <https://evil.example|click>",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "**bold** _it_ ~~x~~ `code` [link](https://evil.example) ![img](https://evil.example/x.png) | cell |",
  "\u001B[31mred\u001B[0m \u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007",
  "\u202Egnp.exe \u2066x\u2069 z\u200Be\u200Bro",
  "{{DATE(2026-11-25T00:00:00Z)}} {{{{x}}}} <at>All</at>",
  "\uD800 lone \uDC00",
  "::error::hi\n::set-output name=x::y",
  "# heading\n- list\n> quote\n```\ncode\n```",
  ":boom: :tada:",
  "</code></table><details>",
  "x".repeat(100_000),
  "漢".repeat(5000),
  "|\\|\\\\|",
  "",
  " \n\t ",
];

/** A message about steps with these names. */
export function messageAbout(steps: readonly string[], overrides: Partial<MessageContext> = {}): AlertMessage {
  const fire = steps.map((step): Alert => ({ ...degraded, key: JSON.stringify(["degradation", step]), step }));
  const message = composeMessage({ fire, resolved: [] }, { ...context, ...overrides });
  if (message === undefined) throw new Error("a message needs steps");
  return message;
}

/** What fires and what is over. */
export const mixedMessage: AlertMessage = (() => {
  const message = composeMessage({ fire: [degraded], resolved: [{ ...slowRun, status: "resolved" }] }, context);
  if (message === undefined) throw new Error("there is something to tell");
  return message;
})();

/** Every name in every place where text from outside may stand. */
export const hostileMessages: readonly (readonly [string, AlertMessage])[] = HOSTILE_NAMES.map((name) => [
  name.slice(0, 40),
  messageAbout([name], {
    workflow: name,
    branch: name,
    commit: name,
    machine: name,
    runId: name,
    reportUrl: undefined,
  }),
]);
/** As much as a message can hold, of characters that take most room. */
export const largestMessages: readonly (readonly [string, AlertMessage])[] = [
  "漢".repeat(200),
  "*".repeat(200),
  "{".repeat(200),
  '"'.repeat(200),
  "👍".repeat(200),
].map((name) => [
  name.slice(0, 2),
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
]);
