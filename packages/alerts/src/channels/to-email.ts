import type { AlertMessage } from "../message/compose-message.ts";
import { truncate } from "../message/plain-text.ts";
import { statusOf } from "../message/status-of.ts";

/** Subject and text of a mail; the text is plain, so that no markup can be smuggled in. */
export interface Email {
  readonly subject: string;
  readonly text: string;
}

/** The message as a mail: a subject of one line with at most 200 characters, a text with LF line ends. */
export function toEmail(message: AlertMessage): Email {
  const { title, workflow, lines, omittedCount, details, reportUrl } = message;
  const said = lines.map(({ alert, subject, text, notes }) => {
    const mark = { firing: "ALERT", resolved: "RESOLVED", test: "TEST" }[statusOf(message, alert)];
    return `${mark}: ${subject} ${text}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
  });
  return {
    subject: truncate(`[${workflow}] ${title}`, 200),
    text: [
      ...said,
      ...(omittedCount === 0 ? [] : [`… and ${omittedCount} more`]),
      "",
      `workflow: ${workflow}`,
      ...details.map(({ label, value }) => `${label}: ${value}`),
      ...(reportUrl === undefined ? [] : [`report: ${reportUrl}`]),
      `time: ${new Date(message.atMs).toISOString()}`,
      "",
    ].join("\n"),
  };
}
