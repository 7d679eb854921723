import type { Finding } from "@ai-workflow/engine";
import type { LockedPackage } from "./locked-package.ts";

/** Packages that keep state or types of their own, so that two of them in one program do not know each other. */
const SINGLE: ReadonlySet<string> = new Set(
  "react react-dom preact vue svelte @angular/core graphql styled-components @emotion/react zone.js three".split(" "),
);

/** Packages that a lock file holds in several versions: those that must be single by name, all others as a number. */
export function judgeDuplicates(file: string, packages: readonly LockedPackage[]): readonly Finding[] {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  const several = [...versions].filter(([, all]) => all.size > 1);
  const single = several.filter(([name]) => SINGLE.has(name));
  const findings = single.map(([name, all]): Finding => {
    const isNested = packages.some((one) => one.name === name && one.isNested === true);
    return {
      rule: "several-versions",
      // Elsewhere they may belong to programs of their own.
      severity: isNested ? "warning" : "info",
      message: `${JSON.stringify(name)} is there in ${all.size} versions (${[...all].slice(0, 4).join(", ")}), which do not know each other in one program`,
      file,
    };
  });
  const majors = several.filter(([, all]) => new Set([...all].map((one) => one.split(".")[0])).size > 1).length;
  const rest = several.length - single.length;
  if (rest > 0) {
    const message = `${rest} package${rest === 1 ? " is" : "s are"} there in several versions, ${majors} of all in several major ones`;
    findings.push({ rule: "duplicates", severity: "info", message, file });
  }
  return findings;
}
