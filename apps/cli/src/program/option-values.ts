import { InvalidArgumentError } from "commander";
import { REPORT_FORMATS, type ReportFile } from "../output/report-file.ts";

// Readers of values of options; what they refuse is told as commander tells it.

/** A number of at least 0. */
export function parseQuantity(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError("Give a number of at least 0.");
  return value;
}

/** A time such as `90s` in milliseconds. */
export function parseTime(text: string): number {
  const [, value = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(value) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError("Give a time above 0 such as 90s, 3m or 1h.");
  return ms;
}

/** A number from 0 to 1. */
export function parseShare(text: string): number {
  const value = parseQuantity(text);
  if (value > 1) throw new InvalidArgumentError("Give a number from 0 to 1.");
  return value;
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const value = parseQuantity(text);
  if (value === 0) throw new InvalidArgumentError("Give a number above 0.");
  return value;
}

/** A whole number of at least `least`. */
export function parseWholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(Number.isSafeInteger(value) && value >= least)) {
      throw new InvalidArgumentError(`Give a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A niceness: how far processes stand back for those of others. */
export function parseNiceness(text: string): number {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 19)) throw new InvalidArgumentError("Give a whole number from 1 to 19.");
  return value;
}

/** A text that is not empty. */
export function parseText(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

/** Names separated by commas. */
export function parseList(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Give names separated by commas.");
  return names;
}

/** `format=file`, given as often as there are files. */
export function parseReport(text: string, before: readonly ReportFile[] = []): readonly ReportFile[] {
  const [, name, file] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  const format = REPORT_FORMATS.find((one) => one === name);
  if (format === undefined || file === undefined) {
    throw new InvalidArgumentError(
      `Give a format and a file such as junit=report.xml; formats are ${REPORT_FORMATS.join(", ")}.`,
    );
  }
  return [...before, { format, file }];
}
