import type { Check, CheckState, Examination } from "@ai-workflow/engine";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** The order in which checks are shown. */
const ORDER: readonly CheckState[] = ["problem", "advice", "unknown", "ok"];

/** What was looked at, for people: what is not well first, each with what mends it, then what was found to be well. */
export function renderDoctor({ checks }: Examination, style: Style): string {
  const lines = ORDER.flatMap((state) =>
    checks.filter((check) => check.state === state).flatMap((check) => describe(check, style)),
  );
  return `${lines.join("\n")}\n`;
}

const PAINTS: Readonly<Record<CheckState, (style: Style) => (text: string) => string>> = {
  problem: ({ red }) => red,
  advice: ({ yellow }) => yellow,
  unknown: ({ dim }) => dim,
  ok: ({ green }) => green,
};

function describe({ state, message, mend }: Check, style: Style): readonly string[] {
  const paint = PAINTS[state](style);
  const line = `${paint(state.padEnd(8))} ${printable(message)}`;
  const word = state === "ok" ? "hint:" : "mend:";
  return mend === undefined ? [line] : [line, `         ${style.dim(word)} ${printable(mend)}`];
}
