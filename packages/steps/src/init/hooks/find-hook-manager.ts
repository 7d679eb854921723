import { commandOf, type HookName } from "./hook-script.ts";
import { parseJsonTable } from "../../project/read-data.ts";

/** A program that has the hooks of a repository, and what to write for it. */
export interface HookManager {
  readonly name: string;
  /** What to add where, one line each. */
  readonly advice: (hook: HookName, target: string) => readonly string[];
}

const MANAGERS: readonly (HookManager & { readonly file: RegExp })[] = [
  {
    name: "husky",
    file: /^\.husky\//,
    advice: (hook, target) => [`add to .husky/${hook}:`, `  npx ${commandOf(hook, target)}`],
  },
  {
    name: "lefthook",
    file: /^(?:\.config\/|\.)?lefthook\.(?:ya?ml|toml|json)$/,
    advice: (hook, target) => [
      "add to the configuration of lefthook:",
      `  ${hook}:`,
      "    commands:",
      "      ai-workflow:",
      `        run: npx ${commandOf(hook, target)}`,
    ],
  },
  {
    name: "pre-commit",
    file: /^\.pre-commit-config\.ya?ml$/,
    advice: (hook, target) => [
      "add to `repos` of .pre-commit-config.yaml:",
      "  - repo: local",
      "    hooks:",
      `      - id: ai-workflow-${hook}`,
      "        name: ai-workflow",
      `        entry: ${commandOf(hook, target)}`,
      "        language: system",
      "        pass_filenames: false",
      `        stages: [${hook}]`,
    ],
  },
  {
    name: "Overcommit",
    file: /^\.overcommit\.yml$/,
    advice: (hook, target) => [
      "add to .overcommit.yml:",
      `  ${hook === "pre-commit" ? "PreCommit" : "PrePush"}:`,
      "    AiWorkflow:",
      "      enabled: true",
      `      command: [sh, -c, ${JSON.stringify(commandOf(hook, target))}]`,
    ],
  },
];

/** Managers that are configured in `package.json`, by the key there. */
const IN_MANIFEST: readonly (HookManager & { readonly key: string })[] = [
  {
    name: "simple-git-hooks",
    key: "simple-git-hooks",
    advice: (hook, target) => [
      "add to `simple-git-hooks` of package.json:",
      `  ${JSON.stringify(hook)}: ${JSON.stringify(`npx ${commandOf(hook, target)}`)}`,
    ],
  },
  {
    name: "husky",
    key: "husky",
    advice: (hook, target) => [
      "add to `husky.hooks` of package.json:",
      `  ${JSON.stringify(hook)}: ${JSON.stringify(`npx ${commandOf(hook, target)}`)}`,
    ],
  },
];

/**
 * The program that has the hooks of a repository in its care and would write over what others put there. Pure.
 *
 * @param files - files of the repository from its top
 * @param manifest - text of the `package.json` there
 */
export function findHookManager(files: Iterable<string>, manifest: string | undefined): HookManager | undefined {
  const all = [...files];
  const byFile = MANAGERS.find(({ file }) => all.some((one) => file.test(one)));
  if (byFile !== undefined || manifest === undefined) return byFile;
  const table = parseJsonTable(manifest);
  return IN_MANIFEST.find(({ key }) => Object.hasOwn(table, key));
}
