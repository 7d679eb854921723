import { styleText } from "node:util";

/** Colours for one stream. */
export interface Style {
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** Colours where the stream is a terminal and nobody asked for none; `NO_COLOR` wins over `FORCE_COLOR`. */
export function createStyle(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Style {
  const set = (name: string): boolean => environment[name] !== undefined && environment[name] !== "";
  const forced = set("FORCE_COLOR") && environment["FORCE_COLOR"] !== "0";
  const on =
    !set("NO_COLOR") &&
    (forced || (isTerminal && environment["TERM"] !== "dumb" && environment["FORCE_COLOR"] !== "0"));
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      on ? styleText(format, text, { validateStream: false }) : text;
  return { green: paint("green"), red: paint("red"), yellow: paint("yellow"), dim: paint("dim"), bold: paint("bold") };
}
