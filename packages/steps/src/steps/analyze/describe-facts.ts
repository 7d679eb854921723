import type { Finding, ProjectKind } from "@ai-workflow/engine";
import type { ProjectFacts, Purpose } from "../../project/project-facts.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";

/** Languages and package managers that are named; of others nothing is said. */
const MAX_NAMED = 4;
const PURPOSES: readonly Purpose[] = ["test", "lint", "type-check", "build", "docs"];

/** What a repository is made of, in one note; none where nothing is known of it. Pure. */
export function describeFacts(
  fileCount: number,
  { languages, packageManagers, commands }: ProjectFacts,
  kind: ProjectKind,
): readonly Finding[] {
  const written = languages.slice(0, MAX_NAMED).map((one) => `${one.language} (${one.fileCount})`);
  const managers = [...new Set(packageManagers.map(({ name }) => name))].slice(0, MAX_NAMED);
  const does = PURPOSES.flatMap((purpose) => {
    const all = commands.filter((one) => one.purpose === purpose);
    const [first] = all;
    if (first === undefined) return [];
    const more = all.length === 1 ? "" : ` and ${all.length - 1} more`;
    return [`${purpose}: \`${first.command}\`${first.directory === "" ? "" : ` in ${first.directory}`}${more}`];
  });
  const looks = kind === "generic" ? [] : [`looks like a ${kind}`];
  const parts = [...looks, ...(managers.length === 0 ? [] : [managers.join(", ")]), ...does];
  if (written.length + parts.length === 0) return [];
  const files = countOf(fileCount, "file") + (written.length === 0 ? "" : `, code in ${written.join(", ")}`);
  return [{ rule: "project", severity: "info", message: printable([files, ...parts].join("; "), 400) }];
}
