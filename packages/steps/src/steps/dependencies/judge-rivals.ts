import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { NODE_LOCKS } from "./find-pairs.ts";

/** Folders with lock files of several managers: who installs gets other versions than who uses the other one. */
export function judgeRivals(
  files: readonly string[],
  packageManagerOf: (folder: string) => string | undefined,
): readonly Finding[] {
  const byFolder = new Map<string, Map<string, string>>();
  for (const file of files) {
    const manager = NODE_LOCKS[path.posix.basename(file)];
    if (manager === undefined) continue;
    const folder = path.posix.dirname(file);
    const managers = byFolder.get(folder) ?? new Map<string, string>();
    byFolder.set(folder, managers.set(manager, file));
  }
  return [...byFolder].flatMap(([folder, managers]) => {
    if (managers.size < 2) return [];
    const chosen = packageManagerOf(folder)?.split("@")[0];
    const [first = "", ...others] = [...managers].filter(([manager]) => manager !== chosen).map(([, file]) => file);
    const names = [...managers.values()].map((file) => `\`${path.posix.basename(file)}\``).join(", ");
    return [
      {
        rule: "rival-lock-files",
        severity: "warning" as const,
        message: `lock files of ${managers.size} package managers are beside each other (${names}), and only one is kept up to date by whoever installs`,
        file: first,
        suggestion:
          chosen !== undefined && managers.has(chosen)
            ? `\`packageManager\` names ${chosen}: remove the ${others.length > 0 ? "others" : "other"}`
            : "remove those of the managers that are not used",
      },
    ];
  });
}
