import type { Disagreement } from "./requirement.ts";

/** Gems that a `Gemfile` names outside of any condition and that `Gemfile.lock` does not have among its dependencies. */
export function judgeGemfileLock(gemfile: string, lock: string): readonly Disagreement[] {
  const [, section = ""] = /^DEPENDENCIES\r?\n((?: {2}\S.*\r?\n?)*)/m.exec(lock) ?? [];
  if (section === "") return [];
  const locked = new Set(section.split("\n").map((line) => line.trim().replace(/[ !].*$/, "")));
  const found: Disagreement[] = [];
  let conditions = 0;
  const ends: boolean[] = [];
  for (const raw of gemfile.split("\n")) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    const isCondition = /^(?:if|unless|case|while|until|begin|def)\b/.test(line);
    if (isCondition || /\bdo(?:\s*\|[^|]*\|)?$/.test(line)) {
      ends.push(isCondition);
      if (isCondition) conditions += 1;
      continue;
    }
    if (line === "end") {
      if (ends.pop() === true) conditions -= 1;
      continue;
    }
    const name = /^gem[ (]\s*["']([\w.-]+)["']/.exec(line)?.[1];
    if (name === undefined || conditions > 0 || / (?:if|unless) /.test(line) || locked.has(name)) continue;
    found.push({ name, message: "is not in the lock file" });
  }
  return found;
}
