import type { Alert } from "../alert.ts";
import { describeAlert } from "./describe-alert.ts";
import { plainText } from "./plain-text.ts";

/** Which run it is about. Any text may come from outside. */
export interface MessageContext {
  /** The name of the workflow or project. */
  readonly workflow: string;
  readonly runId: string;
  /** When the run ended, in milliseconds since 1970. */
  readonly atMs: number;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  /** The class of the machine that ran it. */
  readonly machine?: string | undefined;
  /** Where the report is, `https:` or `http:`; another address is left out. */
  readonly reportUrl?: string | undefined;
}

/** One alert in a message. */
export interface MessageLine {
  readonly alert: Alert;
  /** Whom it is about: one line of plain text that comes from outside and must be escaped. */
  readonly subject: string;
  /** What is said about it; nothing from outside. */
  readonly text: string;
  /** The id of the rule where it is not its kind, and the first slow commit: from outside. */
  readonly notes: readonly string[];
}

/** What is sent, before a channel gives it its form. Texts are single lines of bounded length without control characters. */
export interface AlertMessage {
  /** Nothing from outside. */
  readonly title: string;
  /** From outside. */
  readonly workflow: string;
  readonly runId: string;
  readonly atMs: number;
  /** Values come from outside. */
  readonly details: readonly { readonly label: string; readonly value: string }[];
  readonly reportUrl?: string | undefined;
  readonly lines: readonly MessageLine[];
  /** Alerts above {@link MAX_LINES} that are only counted. */
  readonly omittedCount: number;
  /** Sent to try a channel: nothing in it is so, and each channel says that it is a test. @defaultValue false */
  readonly isTest?: boolean | undefined;
}

/** Alerts that one message names. */
export const MAX_LINES = 20;
const MAX_SUBJECT_LENGTH = 100;
const MAX_VALUE_LENGTH = 120;
const MAX_URL_LENGTH = 1024;

function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "")
    return undefined;
  // Characters that URLs may hold and that mean something in one of the channels' markups.
  const escaped = url.href.replace(
    /[^A-Za-z0-9\-._~:/?#@!$&+,;=%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return escaped.length <= MAX_URL_LENGTH ? escaped : undefined;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function titleOf(firing: number, resolved: number): string {
  if (firing === 0) return `${counted(resolved, "alert")} resolved`;
  return resolved === 0 ? counted(firing, "alert") : `${counted(firing, "alert")}, ${resolved} resolved`;
}

function toLine(alert: Alert): MessageLine {
  const subject =
    alert.step === undefined ? "The run" : plainText(alert.step, MAX_SUBJECT_LENGTH) || "(a step without a name)";
  const sinceCommit = alert.evidence.kind === "degradation" ? alert.evidence.sinceCommit : undefined;
  const notes = [
    ...(alert.rule === alert.kind ? [] : [`rule ${plainText(alert.rule, 60)}`]),
    ...(sinceCommit === undefined ? [] : [`since ${plainText(sinceCommit, 40)}`]),
  ];
  return { alert, subject, text: describeAlert(alert), notes };
}

/** One message for all that is to be told of a run, what fires before what is resolved; `undefined` when there is nothing. */
export function composeMessage(
  told: { readonly fire: readonly Alert[]; readonly resolved: readonly Alert[] },
  context: MessageContext,
): AlertMessage | undefined {
  const all = [...told.fire, ...told.resolved];
  if (all.length === 0) return undefined;
  const { workflow, runId, atMs, commit, branch, machine } = context;
  if (!(Math.abs(atMs) <= 8.64e15))
    throw new RangeError(`Cannot compose message: \`atMs\` must be a time, got ${atMs}`);
  const details = Object.entries({ run: runId, commit, branch, machine })
    .map(([label, value]) => ({ label, value: plainText(value ?? "", MAX_VALUE_LENGTH) }))
    .filter(({ value }) => value !== "");
  const reportUrl = safeUrl(context.reportUrl);
  return {
    title: titleOf(told.fire.length, told.resolved.length),
    workflow: plainText(workflow, MAX_VALUE_LENGTH) || "workflow",
    runId: plainText(runId, MAX_VALUE_LENGTH),
    atMs,
    details,
    ...(reportUrl === undefined ? {} : { reportUrl }),
    lines: all.slice(0, MAX_LINES).map(toLine),
    omittedCount: Math.max(0, all.length - MAX_LINES),
  };
}
