import { maskCode } from "./mask-code.ts";
import type { Weakness } from "./weakness.ts";

const CHECKS =
  /assert|raises|warns|fail|expect|verif|check|should|validate|ensure|must|throw|raise|test|match|approve|snapshot/i;
const LITERAL = /^(?:True|False|None|-?\d+(?:\.\d+)?|'[^'\\]*'|"[^"\\]*")$/;

/** Judges a test file in Python, by its indentation. Pure. */
export function judgePython(text: string): readonly Weakness[] {
  const code = maskCode(text, "python").split(/\r?\n/);
  const original = text.split(/\r?\n/);
  const found: Weakness[] = [];
  for (const [index, line] of code.entries()) {
    const assertion = cannotFail(line, original[index] ?? "");
    if (assertion !== undefined)
      found.push({
        rule: "assertion-cannot-fail",
        severity: "warning",
        line: index + 1,
        message: `this assertion holds whatever the code does: ${assertion}`,
      });
    if (/^\s*@(?:pytest\.mark\.skip|unittest\.skip|skip)\b(?!If|Unless|if|_if)/.test(line)) {
      found.push({ rule: "skipped-test", severity: "info", line: index + 1, message: "this test is not run" });
    }
    if (/^\s*(?:time\.sleep|await asyncio\.sleep)\(\s*(?:0?\.[0-9]*[1-9]|[1-9])/.test(line)) {
      found.push({
        rule: "sleep-in-test",
        severity: "info",
        line: index + 1,
        message: "the test waits for a time, not for what it needs",
      });
    }
    found.push(...judgeFunction(code, index));
  }
  return found;
}

function judgeFunction(code: readonly string[], index: number): readonly Weakness[] {
  const [, indent, name] = /^(\s*)(?:async )?def (test\w*)\s*\(/.exec(code[index] ?? "") ?? [];
  if (indent === undefined || name === undefined) return [];
  // A fixture or an overload may have such a name as well.
  const above = decoratorsAbove(code, index);
  if (/@(?:pytest\.)?fixture|abstractmethod|overload|\bskip|\bxfail|@(?:mock\.)?patch/.test(above)) return [];
  const body: string[] = [];
  let head = code[index] ?? "";
  let at = index + 1;
  while (!/:\s*(?:\S.*)?$/.test(head) && at < code.length && at - index < 30) head = code[at++] ?? "";
  const [, inline = ""] = /:\s*(\S.*)?$/.exec(head) ?? [];
  if (inline !== undefined && inline !== "") body.push(inline);
  for (; at < code.length; at += 1) {
    const line = code[at] ?? "";
    if (line.trim() === "") continue;
    if (line.length - line.trimStart().length <= indent.length) break;
    body.push(line.trim());
  }
  const statements = body.filter((line) => !/^(?:[rbuRBU]{0,2}(?:"+\s*"*|'+\s*'*)|pass|\.\.\.)$/.test(line));
  if (body.length > 0 && statements.length === 0) {
    return [
      {
        rule: "empty-test",
        severity: "warning",
        line: index + 1,
        message: `this test does nothing, and passes: ${name}`,
      },
    ];
  }
  if (body.length > 0 && !CHECKS.test(statements.join("\n"))) {
    return [
      {
        rule: "no-assertion",
        severity: "info",
        line: index + 1,
        message: `nothing in this test checks anything; it fails only where something raises: ${name}`,
      },
    ];
  }
  return [];
}

function decoratorsAbove(code: readonly string[], index: number): string {
  const lines: string[] = [];
  for (let at = index - 1; at >= 0 && index - at < 30; at -= 1) {
    const line = code[at] ?? "";
    if (/^\s*(?:def|class|async def)\b|^\S.*[^,(]$/.test(line) && !line.trimStart().startsWith("@")) break;
    if (line.trim() === "") break;
    lines.push(line);
  }
  return lines.join("\n");
}

/** The assertion, where it cannot fail. */
function cannotFail(mask: string, line: string): string | undefined {
  const told = line.trim().slice(0, 80);
  if (!/^\s*(?:assert\b|self\.assert)/.test(mask)) return undefined;
  const [, value] = /^\s*assert\s+(.+?)\s*(?:,.*)?$/.exec(line) ?? [];
  if (/^\s*assert\s+True\s*(?:,|$)/.test(mask) || /^\s*assert\s+[1-9]\d*\s*(?:,|$)/.test(mask)) return told;
  // A tuple that is not empty is true.
  if (/^\s*assert\s*\([^()]+,\s*["'][^()]*["']\s*\)\s*$/.test(mask)) return told;
  if (/^\s*assert\s*f?["'] *["']\s*$/.test(mask) && !/["']{2}\s*$/.test(line)) return told;
  const [, left, right] = /^(\S+) == (\S+)$/.exec(value ?? "") ?? [];
  if (left !== undefined && left === right && LITERAL.test(left)) return told;
  if (/^\s*self\.assertTrue\(\s*True\s*[,)]|^\s*self\.assertFalse\(\s*False\s*[,)]/.test(mask)) return told;
  const [, one, other] = /^\s*self\.assertEquals?\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)\s*$/.exec(line) ?? [];
  return one !== undefined && one === other && LITERAL.test(one) ? told : undefined;
}
