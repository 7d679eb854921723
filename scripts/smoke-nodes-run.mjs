import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap, npmCommand, reportingSetupErrors, SetupError } from "./bootstrap.mjs";
import { runProcess } from "./run-process.mjs";
import { formatTotals } from "./test-totals.mjs";
import { root } from "./workspace.mjs";

/** The supported lines of Node; the oldest is held to the minimum of package.json by the range. */
const LINES = ["^20.19.0", "^22", "^24", "^26"];

/** A line too old to run anything here: it must be told so in one plain line. */
const TOO_OLD = "^16";

/** The npm package that carries the Node binary of this platform. */
function nodePackage() {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

/** Brings the newest Node of `range` into `.tools/nodes` and resolves to its binary and version. */
async function bringNode(range, env) {
  const name = nodePackage();
  const directory = join(root, ".tools", "nodes", range.replace(/[^0-9]+/g, "-").replace(/^-/, ""));
  mkdirSync(directory, { recursive: true });
  if (!existsSync(join(directory, "package.json"))) writeFileSync(join(directory, "package.json"), "{}\n");
  const [npm, ...first] = npmCommand();
  const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory];
  const installed = await runProcess(npm, [...first, "install", ...flags, `${name}@${range}`], { cwd: directory, env });
  if (installed.code !== 0) {
    process.stderr.write(installed.output);
    throw new SetupError(`${name}@${range} could not be installed; npm's output is above.`, 1);
  }
  const binary = join(directory, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  const { code, output } = await runProcess(binary, ["--version"], { cwd: directory, env });
  if (code !== 0) throw new SetupError(`${binary} does not start: ${output.trim()}`, 1);
  return { binary, version: output.trim() };
}

/** What is wrong with how `npm start` turns an old Node away; undefined when nothing is. */
async function refusalProblem(node, env) {
  const { code, output } = await runProcess(node, [join(root, "scripts", "start.mjs")], { cwd: root, env });
  if (code === 2 && /^Node >= \S+ is needed[^\n]*\n$/.test(output)) return undefined;
  return `it ended with exit code ${code}:\n${output}`;
}

/** Runs the smoke test of the packed packages on every supported Node; resolves to 0 or 1. */
export function smokeNodes() {
  return reportingSetupErrors(async () => {
    const env = await bootstrap();
    const smoke = await import("../tools/smoke.mjs");
    const directory = mkdtempSync(join(tmpdir(), "ai-workflow-smoke-"));
    let passed = 0;
    let failed = 0;
    try {
      const installation = await smoke.installTarballs(await smoke.packPublishable(directory, env), directory, env);
      const rows = [];
      const record = (node, check, problem) => {
        if (problem === undefined) passed += 1;
        else failed += 1;
        rows.push({ node, check, result: problem === undefined ? "passed" : "FAILED", problem });
      };
      for (const range of LINES) {
        const { binary, version } = await bringNode(range, env);
        for (const check of smoke.smokeChecks(installation)) {
          record(version, check.name, await check.run({ node: binary, env }));
        }
      }
      const old = await bringNode(TOO_OLD, env);
      record(old.version, "npm start says that Node is too old", await refusalProblem(old.binary, env));
      const width = (key) => Math.max(...rows.map((row) => row[key].length));
      const [nodeWidth, checkWidth] = [width("node"), width("check")];
      for (const row of rows) {
        console.log(`${row.node.padEnd(nodeWidth)}  ${row.check.padEnd(checkWidth)}  ${row.result}`);
        if (row.problem !== undefined) console.log(row.problem.replace(/^/gm, "    "));
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    console.log(formatTotals({ passed, failed, skipped: 0 }));
    return failed === 0 ? 0 : 1;
  });
}
