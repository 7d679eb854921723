import { levelOf, type Advisory, type AuditResult } from "./advisory.ts";
import { isTable, parseJson } from "../../project/read-data.ts";

/** Reads what a package manager printed about vulnerabilities. */
export type AuditParser = (stdout: string, stderr: string) => AuditResult;

/** `npm audit --json`, from npm 7 on. */
export const parseNpmAudit: AuditParser = (stdout, stderr) => {
  const report = parseJson(stdout);
  if (!isTable(report) || !isTable(report["vulnerabilities"])) return unknown(report, stderr);
  const advisories = Object.entries(report["vulnerabilities"]).flatMap(([name, one]): readonly Advisory[] => {
    if (!isTable(one) || !Array.isArray(one["via"])) return [];
    // Only those of the package itself; a text names another package that it has it from.
    const own = (one["via"] as readonly unknown[]).filter((via) => isTable(via));
    return own.map((via) => ({
      name,
      level: levelOf(via["severity"] ?? one["severity"]),
      title: text(via["title"]) ?? "a known vulnerability",
      url: text(via["url"]),
      fix: one["fixAvailable"] === false ? undefined : "npm audit fix",
    }));
  });
  return { status: "known", advisories };
};

/** `pnpm audit --json`. */
export const parsePnpmAudit: AuditParser = (stdout, stderr) => {
  const report = parseJson(stdout);
  if (!isTable(report) || !isTable(report["advisories"])) return unknown(report, stderr);
  const advisories = Object.values(report["advisories"]).flatMap((one) => (isTable(one) ? [fromRegistry(one)] : []));
  return { status: "known", advisories };
};

/** `yarn audit --json` of yarn 1 and `yarn npm audit --json` of later ones: a line for each. */
export const parseYarnAudit: AuditParser = (stdout, stderr) => {
  const lines = stdout
    .split("\n")
    .map(parseJson)
    .filter((line) => isTable(line));
  const failed = lines.find((line) => line["type"] === "error");
  if (failed !== undefined) return unknown(failed, text(failed["data"]) ?? stderr);
  const advisories = lines.flatMap((line): readonly Advisory[] => {
    const data = isTable(line["data"]) ? line["data"] : {};
    if (line["type"] === "auditAdvisory" && isTable(data["advisory"])) return [fromRegistry(data["advisory"])];
    const { children: issue } = line;
    if (!isTable(issue) || issue["Issue"] === undefined) return [];
    return [
      {
        name: text(line["value"]) ?? "",
        level: levelOf(issue["Severity"]),
        title: text(issue["Issue"]) ?? "a known vulnerability",
        url: text(issue["URL"]),
      },
    ];
  });
  const isWhole = lines.some((line) => line["type"] === "auditSummary");
  if (advisories.length === 0 && !isWhole && stderr.trim() !== "") return unknown(undefined, stderr);
  if (advisories.length === 0 && !isWhole && lines.length === 0 && !/No audit suggestions/i.test(stdout)) {
    // yarn 2 and later print nothing where there is nothing.
    return stdout.trim() === "" ? { status: "known", advisories } : unknown(undefined, stdout);
  }
  return { status: "known", advisories: distinct(advisories) };
};

/** `cargo audit --json`. */
export const parseCargoAudit: AuditParser = (stdout, stderr) => {
  const report = parseJson(stdout);
  const list = isTable(report) && isTable(report["vulnerabilities"]) ? report["vulnerabilities"]["list"] : undefined;
  if (!Array.isArray(list)) return unknown(report, stderr);
  const advisories = (list as readonly unknown[]).flatMap((one): readonly Advisory[] => {
    if (!isTable(one) || !isTable(one["advisory"])) return [];
    const { advisory } = one;
    const fixed =
      isTable(one["versions"]) && Array.isArray(one["versions"]["patched"]) ? one["versions"]["patched"] : [];
    return [
      {
        name: text(advisory["package"]) ?? "",
        level: levelOf(advisory["severity"]),
        title: `${text(advisory["title"]) ?? "a known vulnerability"} (${text(advisory["id"]) ?? ""})`,
        url: text(advisory["url"]),
        fix: fixed.length > 0 ? `patched in ${fixed.join(", ")}` : undefined,
      },
    ];
  });
  return { status: "known", advisories };
};

/** `pip-audit --format json`. */
export const parsePipAudit: AuditParser = (stdout, stderr) => {
  const report = parseJson(stdout);
  if (!isTable(report) || !Array.isArray(report["dependencies"])) return unknown(report, stderr);
  const advisories = (report["dependencies"] as readonly unknown[]).flatMap((one) => {
    const all = isTable(one) && Array.isArray(one["vulns"]) ? (one["vulns"] as readonly unknown[]) : [];
    return all.flatMap((found): readonly Advisory[] => {
      if (!isTable(one) || !isTable(found)) return [];
      const fixed = Array.isArray(found["fix_versions"]) ? found["fix_versions"] : [];
      return [
        {
          name: text(one["name"]) ?? "",
          level: "unknown",
          title: text(found["id"]) ?? "a known vulnerability",
          fix: fixed.length > 0 ? `fixed in ${fixed.join(", ")}` : undefined,
        },
      ];
    });
  });
  return { status: "known", advisories };
};

/** `govulncheck -format json ./...`: objects one after another; only what the code calls counts. */
export const parseGovulncheck: AuditParser = (stdout, stderr) => {
  const objects = stdout.split(/\n(?=\{)/).map(parseJson);
  if (!objects.some((one) => isTable(one) && isTable(one["config"]))) return unknown(undefined, stderr);
  const titles = new Map<string, string>();
  const called = new Map<string, string>();
  for (const one of objects) {
    if (!isTable(one)) continue;
    const { osv, finding } = one;
    if (isTable(osv)) titles.set(text(osv["id"]) ?? "", text(osv["summary"]) ?? "");
    const trace = isTable(finding) && Array.isArray(finding["trace"]) ? (finding["trace"] as readonly unknown[]) : [];
    const [place] = trace;
    if (isTable(finding) && isTable(place) && place["function"] !== undefined) {
      called.set(text(finding["osv"]) ?? "", text(place["module"]) ?? "");
    }
  }
  const advisories = [...called].map(([id, name]): Advisory => {
    return { name, level: "unknown", title: `${titles.get(id) ?? ""} (${id})`, url: `https://pkg.go.dev/vuln/${id}` };
  });
  return { status: "known", advisories };
};

function fromRegistry(advisory: Readonly<Record<string, unknown>>): Advisory {
  const patched = text(advisory["patched_versions"]);
  return {
    name: text(advisory["module_name"]) ?? "",
    level: levelOf(advisory["severity"]),
    title: text(advisory["title"]) ?? "a known vulnerability",
    url: text(advisory["url"]),
    fix: patched === undefined || patched === "<0.0.0" ? undefined : `patched in ${patched}`,
  };
}

function distinct(advisories: readonly Advisory[]): readonly Advisory[] {
  return [...new Map(advisories.map((one) => [JSON.stringify([one.name, one.title, one.url]), one])).values()];
}

function unknown(report: unknown, stderr: string): AuditResult {
  const error = isTable(report) ? report["error"] : undefined;
  const reason = isTable(error) ? (text(error["summary"]) ?? text(error["message"]) ?? text(error["code"])) : undefined;
  const message = reason ?? (isTable(report) ? text(report["message"]) : undefined) ?? stderr;
  const line = message.split("\n").find((one) => one.trim() !== "") ?? "it printed nothing that could be read";
  // Addresses of registries may hold a password.
  const said = line
    .trim()
    .replace(/\/\/[^/\s@]+@/g, "//")
    .replace(/\p{Cc}/gu, " ");
  return { status: "unknown", message: said.slice(0, 300) };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
