import type { Check, CheckState, Examination } from "@ai-workflow/engine";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** The order in which checks are shown; what is fine is summed up in a line. */
const ORDER: readonly CheckState[] = ["problem", "advice", "unknown"];

/** What was looked at, for people: what is not well first, each with what mends it, and a line for what is. */
export function renderDoctor({ checks }: Examination, style: Style): string {
  const lines = ORDER.flatMap((state) =>
    checks.filter((check) => check.state === state).flatMap((check) => describe(check, style)),
  );
  const fine = checks.filter(({ state }) => state === "ok").map(({ id }) => id);
  if (fine.length > 0) lines.push(`${style.green("ok")}       ${printable(fine.join(", "))}`);
  return `${lines.join("\n")}\n`;
}

function describe({ state, message, mend }: Check, style: Style): readonly string[] {
  const paint = state === "problem" ? style.red : state === "advice" ? style.yellow : style.dim;
  const line = `${paint(state.padEnd(8))} ${printable(message)}`;
  return mend === undefined ? [line] : [line, `         ${style.dim("mend:")} ${printable(mend)}`];
}
