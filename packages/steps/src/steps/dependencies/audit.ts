import { runProgram } from "../../processes/run-program.ts";
import type { AuditResult } from "./advisory.ts";
import * as parsers from "./parse-audit.ts";

/** What asks about the packages of a lock file. */
interface AuditTool {
  readonly program: string;
  readonly args: readonly string[];
  readonly parse: parsers.AuditParser;
}

const NPM: AuditTool = { program: "npm", args: ["audit", "--json"], parse: parsers.parseNpmAudit };
const PIP: AuditTool = {
  program: "pip-audit",
  args: ["--format", "json", "--progress-spinner", "off", "--disable-pip", "--requirement", "requirements.txt"],
  parse: parsers.parsePipAudit,
};

/** Tools by the name of the lock file. What needs the file in another form (poetry, uv) has none. */
const TOOLS: Readonly<Record<string, AuditTool>> = {
  "package-lock.json": NPM,
  "npm-shrinkwrap.json": NPM,
  "pnpm-lock.yaml": { program: "pnpm", args: ["audit", "--json"], parse: parsers.parsePnpmAudit },
  "Cargo.lock": { program: "cargo", args: ["audit", "--json"], parse: parsers.parseCargoAudit },
  "requirements.txt": PIP,
  "go.sum": { program: "govulncheck", args: ["-format", "json", "./..."], parse: parsers.parseGovulncheck },
};
const YARN_1: AuditTool = { program: "yarn", args: ["audit", "--json"], parse: parsers.parseYarnAudit };
const YARN: AuditTool = {
  program: "yarn",
  args: ["npm", "audit", "--all", "--recursive", "--json"],
  parse: parsers.parseYarnAudit,
};

/** An audit asks a server that may not answer. */
const TIMEOUT_MS = 60_000;

/**
 * Asks the package manager's own audit about a lock file; `undefined` where there is no audit for files of this name. An audit that could
 * not ask is `unknown`, never without vulnerabilities.
 *
 * @param directory - absolute path of the folder of the lock file
 */
export async function audit(directory: string, name: string, isYarn1: boolean): Promise<AuditResult | undefined> {
  const tool = name === "yarn.lock" ? (isYarn1 ? YARN_1 : YARN) : TOOLS[name];
  if (tool === undefined) return undefined;
  const { program, args, parse } = tool;
  const end = await runProgram(program, args, {
    directory,
    variables: { COREPACK_ENABLE_DOWNLOAD_PROMPT: "0" },
    timeoutMs: TIMEOUT_MS,
  });
  if (end.status === "missing") return { status: "unknown", message: `${program} is not installed` };
  if (end.isTimedOut)
    return { status: "unknown", message: `${program} had no answer after ${TIMEOUT_MS / 1000} seconds` };
  if (end.truncated) return { status: "unknown", message: `${program} printed more than could be read` };
  return parse(end.stdout, end.stderr);
}
