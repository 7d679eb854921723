import type { AlertMessage, MessageLine } from "../message/compose-message.ts";
import { fitLines } from "../message/fit-lines.ts";
import { statusOf } from "../message/status-of.ts";

interface SlackText {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
  /** With `mrkdwn`: names of people and channels, and bare addresses, stay text. */
  readonly verbatim?: true;
}

/** The body of a post to an incoming webhook of Slack. */
export interface SlackPayload {
  /** What notifications show. */
  readonly text: string;
  readonly blocks: readonly (
    | { readonly type: "header" | "section"; readonly text: SlackText }
    | { readonly type: "context"; readonly elements: readonly SlackText[] }
  )[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

const SECTION_LENGTH = 3000;

/**
 * Slack's control characters as entities, so that `<!channel>` calls nobody; `*`, `_`, `~` and backticks at the edge of a word get a
 * space of no width, so that they format nothing.
 *
 * Source: "Formatting text for app surfaces" in Slack's documentation.
 */
function escapeSlack(text: string): string {
  return text
    .replace(/[*_~`]/g, (mark, at: number) =>
      /[A-Za-z0-9]/.test(text.charAt(at - 1)) && /[A-Za-z0-9]/.test(text.charAt(at + 1)) ? mark : `\u200B${mark}\u200B`,
    )
    .replace(/^>/, "\u200B>")
    .replace(/:(?=[a-z0-9_+-]+:)/gi, ":\u200B")
    .replace(/@(?=\w)/g, "@\u200B")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

const MARKS = { firing: ":red_circle:", resolved: ":large_green_circle:", test: ":large_blue_circle: Test:" } as const;

function toLine(message: AlertMessage, { alert, subject, text, notes }: MessageLine): string {
  const mark = MARKS[statusOf(message, alert)];
  const extra = notes.length === 0 ? "" : ` (${escapeSlack(notes.join(", "))})`;
  return `${mark} *${escapeSlack(subject)}* ${text}${extra}`;
}

/** The message in Slack's form (Block Kit), within its limits: 150 characters for the header, 3000 for a section. */
export function toSlackPayload(message: AlertMessage): SlackPayload {
  const mrkdwn = (text: string): SlackText => ({ type: "mrkdwn", text, verbatim: true });
  const { title, lines, omittedCount, reportUrl } = message;
  const details = message.details.map(({ label, value }) => mrkdwn(`${label}: ${escapeSlack(value)}`));
  const link = reportUrl === undefined ? [] : [mrkdwn(`<${reportUrl.replaceAll("&", "&amp;")}|Report>`)];
  const elements = [...details, ...link];
  return {
    text: `${title}: ${escapeSlack(message.workflow)}`,
    blocks: [
      { type: "header", text: { type: "plain_text", text: title } },
      { type: "section", text: mrkdwn(`*${escapeSlack(message.workflow)}*`) },
      {
        type: "section",
        text: mrkdwn(
          fitLines(
            lines.map((line) => toLine(message, line)),
            SECTION_LENGTH,
            omittedCount,
          ),
        ),
      },
      ...(elements.length === 0 ? [] : [{ type: "context" as const, elements }]),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}
