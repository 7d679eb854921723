import type { AlertMessage } from "../message/compose-message.ts";
import { statusOf } from "../message/status-of.ts";

/** Every ASCII mark as a character reference, which can be no markup, within `<code>`, where no names are linked. */
const code = (text: string): string =>
  `<code>${text.replace(/[!-/:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`)}</code>`;

/** The message as a section in GitHub's Markdown, for a job summary. */
export function toJobSummary(message: AlertMessage): string {
  const { title, workflow, lines, omittedCount, details, reportUrl } = message;
  const rows = lines.map(({ alert, subject, text, notes }) => {
    const mark = { firing: "🔴 alert", resolved: "🟢 resolved", test: "🔵 test" }[statusOf(message, alert)];
    return `| ${mark} | ${code(subject)} | ${text}${notes.map((note) => ` ${code(note)}`).join("")} |`;
  });
  const told = details.map(({ label, value }) => `${label} ${code(value)}`).join(" · ");
  return [
    `### ${title}`,
    "",
    `Workflow ${code(workflow)}`,
    "",
    "| | what | how |",
    "|---|---|---|",
    ...rows,
    "",
    ...(omittedCount === 0 ? [] : [`… and ${omittedCount} more`, ""]),
    `${told}${reportUrl === undefined ? "" : ` · [report](<${reportUrl}>)`}`,
    "",
  ].join("\n");
}
