import path from "node:path";
import type { Command } from "./parse-commands.ts";

/** Something that a command needs to be there. */
export type Reference = {
  /** Counted from 0 within the text of the commands. */
  readonly line: number;
  /** Where the command runs, relative to the repository; `""` is its root. */
  readonly folder: string;
} & (
  | {
      readonly kind: "script";
      readonly program: "npm" | "pnpm" | "yarn" | "bun" | "composer";
      readonly name: string;
      /** Name of the package whose script it is; one of those of the whole workspace where it is `*`. */
      readonly workspace?: string | undefined;
    }
  | { readonly kind: "task"; readonly program: "make" | "just" | "task"; readonly name: string }
  | { readonly kind: "path"; readonly path: string; readonly isExecuted: boolean }
);

const INTERPRETERS = new Set(
  "node nodejs bash sh zsh dash python python3 ruby perl php tsx ts-node source . babel-node nodemon".split(" "),
);
/** Flags of interpreters behind which there is a word of their own. */
const WITH_VALUE = new Set(
  "-r --require --import --loader --experimental-loader -W -X -o --env-file -O +O -I".split(" "),
);
/** What comes before a command and changes nothing about it. */
const PREFIXES = new Set("sudo time nohup exec command env cross-env then do else if while ! { dotenv".split(" "));
const SCRIPT_FILE = /\.(?:sh|bash|py|js|mjs|cjs|ts|mts|rb|pl|php|ps1)$/;
const PLACEHOLDER = /[<>{}$*%[\]|…]|\.\.\.|^(?:your|my|foo|bar|example)(?:[-_./]|$)|path\/to|\/path\//i;
/** After one of these, commands run in a folder that is somebody else's. */
const LEAVES =
  /^(?:git clone|(?:npx|bunx|pnpx|npm|pnpm|yarn|bun) (?:dlx |exec )?(?:-\S+ )*(?:create|init\b|degit|.*create-)|degit|gh repo clone|cargo new|rails new|django-admin startproject|docker (?:run|exec)|ssh|heroku|vagrant)/;

/** What commands refer to, which run one after another. Nothing is said of what only the shell knows. Pure. */
export function readReferences(commands: readonly Command[], start: string): readonly Reference[] {
  const references: Reference[] = [];
  let folder: string | undefined = start;
  const seen: string[] = [];
  for (const command of commands) {
    const words = withoutPrefixes(command.words);
    const [program, ...args] = words;
    if (LEAVES.test(words.map((word) => word ?? "?").join(" "))) return references;
    if (program === "cd" || program === "pushd") {
      const [to] = args;
      if (folder === undefined || to === undefined || to === "-" || to.startsWith("/") || PLACEHOLDER.test(to))
        return references;
      folder = path.posix.normalize(path.posix.join(folder, to)).replace(/\/$/, "");
      if (folder === ".") folder = "";
      if (folder.startsWith("..")) return references;
      continue;
    }
    if (program === undefined || folder === undefined) continue;
    const place = { line: command.line, folder };
    for (const found of [...packageScripts(program, args), ...tasks(program, args), ...paths(program, args)]) {
      // What a command before it has named may have been made by it.
      if (found.kind === "path" && seen.some((word) => word.includes(path.posix.basename(found.path)))) continue;
      const own =
        "directory" in found && found.directory !== undefined ? path.posix.join(folder, found.directory) : folder;
      references.push({ ...place, ...found, folder: own === "." ? "" : own });
    }
    seen.push(...words.filter((word) => word !== undefined));
  }
  return references;
}

function withoutPrefixes(words: readonly (string | undefined)[]): readonly (string | undefined)[] {
  let place = 0;
  while (place < words.length) {
    const word = words[place];
    if (word === undefined) break;
    if (word === "$" || word === "%" || word === ">" || PREFIXES.has(word) || /^[A-Za-z_]\w*=/.test(word)) place += 1;
    else break;
  }
  return words.slice(place);
}

type Found =
  | {
      kind: "script";
      program: "npm" | "pnpm" | "yarn" | "bun" | "composer";
      name: string;
      workspace?: string | undefined;
      directory?: string | undefined;
    }
  | { kind: "task"; program: "make" | "just" | "task"; name: string; directory?: string | undefined }
  | { kind: "path"; path: string; isExecuted: boolean };

const NAME = /^[A-Za-z0-9][\w:./-]*$/;

function packageScripts(program: string, args: readonly (string | undefined)[]): readonly Found[] {
  if (/^(?:run-[sp]|npm-run-all2?)$/.test(program)) {
    return args.flatMap((name): readonly Found[] =>
      name !== undefined && NAME.test(name) && !/^\d+$/.test(name) ? [{ kind: "script", program: "npm", name }] : [],
    );
  }
  if (program === "composer") {
    const [verb, name] = args;
    const isRun = verb === "run" || verb === "run-script";
    return isRun && name !== undefined && NAME.test(name) ? [{ kind: "script", program, name }] : [];
  }
  if (program !== "npm" && program !== "pnpm" && program !== "yarn" && program !== "bun") return [];
  const rest: string[] = [];
  let [workspace, directory]: (string | undefined)[] = [];
  for (let place = 0; place < args.length; place += 1) {
    const arg = args[place];
    if (arg === undefined) return [];
    const [flag = "", inline] = arg.startsWith("-") ? arg.split(/=(.*)/s) : ["", undefined];
    if (flag === "") rest.push(arg);
    else if (/^(?:-w|--workspace|-F|--filter)$/.test(flag) && !(program === "pnpm" && flag === "-w")) {
      workspace = inline ?? args[(place += inline === undefined ? 1 : 0)];
      if (workspace === undefined) return [];
    } else if (/^(?:--prefix|-C|--dir|--cwd)$/.test(flag)) {
      directory = inline ?? args[(place += inline === undefined ? 1 : 0)];
      if (directory === undefined || directory.startsWith("/")) return [];
    } else if (/^--(?:if-present|binaries-only)$/.test(flag)) return [];
    else if (/^(?:-r|--recursive|--workspaces|-ws|--workspace-root|-w)$/.test(flag)) workspace = "*";
    else if (flag === "--") break;
    // What stands behind the name belongs to the script, but for npm, which wants two dashes before that.
    if (program !== "npm" && rest[0] === "run" && rest.length > 1) break;
  }
  if (program === "yarn" && rest[0] === "workspace") {
    workspace = rest[1];
    rest.splice(0, rest[2] === "run" ? 3 : 2, "run");
  } else if (program === "yarn" && rest[0] === "workspaces") return [];
  const [verb, name] = rest;
  const found = (script: string): readonly Found[] =>
    NAME.test(script) && !PLACEHOLDER.test(script)
      ? [{ kind: "script", program, name: script, workspace, directory }]
      : [];
  if (verb === "run" || verb === "run-script") return name === undefined || SCRIPT_FILE.test(name) ? [] : found(name);
  // Others may be commands of the program or of an installed package; none of these has a colon.
  if (program !== "npm" && program !== "bun" && verb?.includes(":") === true) return found(verb);
  return program !== "bun" && verb === "test" ? found("test") : [];
}

function tasks(program: string, args: readonly (string | undefined)[]): readonly Found[] {
  if (program !== "make" && program !== "just" && program !== "task") return [];
  if (args.some((arg) => arg === undefined || (arg.startsWith("-") && !/^-(?:j\d*|s|k|B|C)$/.test(arg)))) return [];
  let directory: string | undefined;
  const names: string[] = [];
  for (let place = 0; place < args.length; place += 1) {
    const arg = args[place] ?? "";
    if (arg === "-C") directory = args[(place += 1)];
    else if (/^[A-Za-z][\w.:-]*$/.test(arg)) names.push(arg);
    else if (!arg.startsWith("-") && !arg.includes("=") && !/^\d+$/.test(arg)) return [];
  }
  // What follows the name is its arguments, but for `make`.
  const own = program === "make" ? names : names.slice(0, 1);
  return own.map((name) => ({ kind: "task", program, name, directory }));
}

function paths(program: string, args: readonly (string | undefined)[]): readonly Found[] {
  if (/^\.{1,2}\/./.test(program) || (SCRIPT_FILE.test(program) && program.includes("/") && !program.startsWith("/"))) {
    return isPath(program) ? [{ kind: "path", path: program, isExecuted: true }] : [];
  }
  if (!INTERPRETERS.has(program)) return [];
  for (let place = 0; place < args.length; place += 1) {
    const arg = args[place];
    if (arg === undefined || /^-(?:[ecmps]|-eval|-print|-test|-check|-version|-help)$/.test(arg)) return [];
    if (WITH_VALUE.has(arg)) place += 1;
    else if (!arg.startsWith("-") && !arg.startsWith("+")) {
      const isScript = SCRIPT_FILE.test(arg) || /^\.{1,2}\//.test(arg);
      return isScript && isPath(arg) ? [{ kind: "path", path: arg, isExecuted: false }] : [];
    }
  }
  return [];
}

function isPath(text: string): boolean {
  return (
    !PLACEHOLDER.test(text) &&
    !text.startsWith("/") &&
    !text.startsWith("~") &&
    !text.includes("://") &&
    !text.includes("node_modules/")
  );
}
