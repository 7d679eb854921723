import type { Comparison } from "@ai-workflow/regression";

/**
 * Where CPU time decides and wall time says plainly something else: a sentence about it, for what a command waits for takes no CPU time. Pure.
 */
export function describeDisagreement({ decidedBy, verdict, measures }: Comparison): string | undefined {
  const wall = measures.find(({ measure }) => measure === "wallMs");
  if (decidedBy !== "cpuMs" || wall === undefined) return undefined;
  const isPlain = wall.verdict === "slower" || wall.verdict === "faster";
  if (!isPlain || wall.verdict === verdict) return undefined;
  return `By wall time what is compared is ${wall.verdict}: for commands that wait (for a network, a disk, a time) let that decide, by \`--measure wall\`.`;
}
