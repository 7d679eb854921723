import type { AlertMessage } from "../message/compose-message.ts";
import { statusOf } from "../message/status-of.ts";

interface TextRun {
  readonly type: "TextRun";
  readonly text: string;
  readonly weight?: "Bolder";
  readonly color?: "Attention" | "Good" | "Accent";
  readonly isSubtle?: true;
  readonly size?: "Medium" | "Small";
}

interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly TextRun[];
}

/** The body of a post to a workflow of Microsoft Teams, "when a Teams webhook request is received". */
export interface TeamsPayload {
  readonly type: "message";
  readonly attachments: readonly [
    {
      readonly contentType: "application/vnd.microsoft.card.adaptive";
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
        readonly type: "AdaptiveCard";
        readonly version: "1.4";
        readonly fallbackText: string;
        readonly msteams: { readonly width: "Full" };
        readonly body: readonly RichTextBlock[];
        readonly actions?: readonly [{ readonly type: "Action.OpenUrl"; readonly title: string; readonly url: string }];
      };
    },
  ];
}

// Text runs know no Markdown and no mentions; what is left is the functions of cards, as in {{DATE(…)}}.
const escapeTeams = (text: string): string => text.replace(/\{(?=\{)/g, "{\u200B");

const run = (text: string, style: Omit<TextRun, "type" | "text"> = {}): TextRun => ({
  type: "TextRun",
  text: escapeTeams(text),
  ...style,
});

const MARKS = {
  firing: run("Alert ", { color: "Attention", weight: "Bolder" }),
  resolved: run("Resolved ", { color: "Good", weight: "Bolder" }),
  test: run("Test ", { color: "Accent", weight: "Bolder" }),
} as const;

const block = (...inlines: TextRun[]): RichTextBlock => ({ type: "RichTextBlock", inlines });

/**
 * The message as an adaptive card, which is what workflows of Teams take; they take no cards of the old connectors. A message may
 * have 28 KB. Texts are `TextRun`s, in which Markdown is not interpreted.
 *
 * Sources: "Create and send messages" (Teams) and the schema explorer of Adaptive Cards.
 */
export function toTeamsPayload(message: AlertMessage): TeamsPayload {
  const { title, workflow, lines, omittedCount, details, reportUrl } = message;
  const body = [
    block(run(title, { weight: "Bolder", size: "Medium" })),
    block(run(workflow, { isSubtle: true })),
    ...lines.map(({ alert, subject, text, notes }) =>
      block(
        MARKS[statusOf(message, alert)],
        run(subject, { weight: "Bolder" }),
        run(` ${text}`),
        ...notes.map((note) => run(` (${note})`, { isSubtle: true })),
      ),
    ),
    ...(omittedCount === 0 ? [] : [block(run(`… and ${omittedCount} more`))]),
    ...details.map(({ label, value }) => block(run(`${label}: ${value}`, { isSubtle: true, size: "Small" }))),
  ];
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          fallbackText: title,
          msteams: { width: "Full" },
          body,
          ...(reportUrl === undefined
            ? {}
            : { actions: [{ type: "Action.OpenUrl", title: "Open the report", url: reportUrl }] }),
        },
      },
    ],
  };
}
