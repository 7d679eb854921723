import { readFileSync } from "node:fs";

/**
 * Whether what is typed in the terminal goes to this program, and not to one that a shell has put in front of it. Where the system does not
 * tell, it is taken for so.
 */
export function isInForeground(): boolean {
  try {
    // The name, which may hold anything, stands in parentheses; then state, parent, group, session, terminal, group in the foreground.
    const fields = /.*\) (.*)/s.exec(readFileSync("/proc/self/stat", "utf8"))?.[1]?.split(" ") ?? [];
    const [, , group, , , foreground] = fields;
    // Without a terminal there is none.
    return group === foreground || foreground === "-1";
  } catch {
    return true;
  }
}
