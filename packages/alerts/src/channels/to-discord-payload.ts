import type { AlertMessage, MessageLine } from "../message/compose-message.ts";
import { fitLines } from "../message/fit-lines.ts";
import { statusOf } from "../message/status-of.ts";

/** The body of a post to a webhook of Discord. */
export interface DiscordPayload {
  readonly embeds: readonly [
    {
      readonly title: string;
      readonly description: string;
      readonly color: number;
      readonly timestamp: string;
      readonly footer: { readonly text: string };
      readonly url?: string;
    },
  ];
  /** Nobody is called, whatever the text says. */
  readonly allowed_mentions: { readonly parse: readonly never[] };
}

const DESCRIPTION_LENGTH = 4096;
const RED = 0xd1_24_2f;
const GREEN = 0x1a_7f_37;
const BLUE = 0x09_69_da;

/** Punctuation with a backslash before it stands for itself; an `@` is parted from its name. */
const escapeDiscord = (text: string): string =>
  text.replace(/[!-/:-@[-`{-~]/g, (mark) => (mark === "@" ? "@\u200B" : `\\${mark}`));

const MARKS = { firing: "🔴", resolved: "🟢", test: "🔵 Test:" } as const;

function toLine(message: AlertMessage, { alert, subject, text, notes }: MessageLine): string {
  const mark = MARKS[statusOf(message, alert)];
  const extra = notes.length === 0 ? "" : ` (${escapeDiscord(notes.join(", "))})`;
  return `${mark} **${escapeDiscord(subject)}** ${text}${extra}`;
}

/** The message in Discord's form, within its limits: title 256, description 4096, footer 2048, all together 6000 characters. */
export function toDiscordPayload(message: AlertMessage): DiscordPayload {
  const { title, workflow, lines, omittedCount, details, reportUrl, atMs } = message;
  const isFiring = lines.some(({ alert }) => statusOf(message, alert) === "firing");
  const head = `${escapeDiscord(workflow)}\n`;
  return {
    embeds: [
      {
        title,
        description:
          head +
          fitLines(
            lines.map((line) => toLine(message, line)),
            DESCRIPTION_LENGTH - head.length,
            omittedCount,
          ),
        color: isFiring ? RED : message.isTest === true ? BLUE : GREEN,
        timestamp: new Date(atMs).toISOString(),
        footer: {
          text: details.map(({ label, value }) => `${label}: ${value.replaceAll("@", "@\u200B")}`).join(" · "),
        },
        ...(reportUrl === undefined ? {} : { url: reportUrl }),
      },
    ],
    allowed_mentions: { parse: [] },
  };
}
