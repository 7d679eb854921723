import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type {
  EarlierResult,
  Finding,
  ModuleReply,
  ModuleStep,
  ModuleStepContext,
  ModuleStepResult,
} from "@ai-workflow/engine";
import picomatch from "picomatch";
import { STEP_DEFINITIONS } from "../src/step-definitions.ts";

/** What git is given: nothing of the machine's own settings. */
const ENVIRONMENT = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "user.name",
  GIT_CONFIG_VALUE_0: "Test",
  GIT_CONFIG_KEY_1: "user.email",
  GIT_CONFIG_VALUE_1: "test@example.com",
  GIT_CONFIG_KEY_2: "init.defaultBranch",
  GIT_CONFIG_VALUE_2: "main",
};

/** What a step is told beside the repository itself. */
export interface StepRunOptions {
  readonly with?: Readonly<Record<string, unknown>> | undefined;
  /** What is compared with for `changes`. @defaultValue `HEAD` */
  readonly base?: string | undefined;
  /** What it has not passed on. @defaultValue all of its files */
  readonly dueFiles?: readonly string[] | undefined;
  readonly results?: readonly EarlierResult[] | undefined;
  /** Stands for the model. @defaultValue none is configured */
  readonly ask?: ModuleStepContext["ask"] | undefined;
}

/** What a step found. */
export interface StepRunResult extends ModuleStepResult {
  readonly findings: readonly Finding[];
  /** Names of the spans that it opened. */
  readonly spans: readonly string[];
}

/** A temporary git repository in which single steps run. */
export interface StepRepository {
  readonly directory: string;
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  readonly remove: (...files: readonly string[]) => void;
  readonly git: (...args: readonly string[]) => string;
  readonly commit: (message?: string) => void;
  /** Calls the step as the engine does; its input files are found by its definition. */
  readonly run: (id: string, step: ModuleStep, options?: StepRunOptions) => Promise<StepRunResult>;
  readonly close: () => void;
}

/** Makes a repository with one commit on `main` that holds the files. */
export function createStepRepository(files: Readonly<Record<string, string | Uint8Array>> = {}): StepRepository {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "steps-")));
  const directory = path.join(parent, "with space ü");
  mkdirSync(directory);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, {
      cwd: directory,
      env: ENVIRONMENT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const write: StepRepository["write"] = (contents) => {
    for (const [name, content] of Object.entries(contents)) {
      mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      writeFileSync(path.join(directory, name), content);
    }
  };
  const commit = (message = "change"): void => {
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", message);
  };
  git("init", "--quiet");
  write(files);
  commit("first");

  const listed = (...args: readonly string[]): readonly string[] =>
    git(...args, "-z")
      .split("\0")
      .filter(Boolean);
  return {
    directory,
    write,
    git,
    commit,
    remove: (...names) => {
      for (const name of names) rmSync(path.join(directory, name), { recursive: true });
    },
    async run(id, step, { with: given = {}, base = "HEAD", dueFiles, results = [], ask } = {}) {
      const definition = STEP_DEFINITIONS.find((one) => one.id === id);
      if (definition === undefined) throw new Error(`there is no step ${id}`);
      const isInput = picomatch([...(definition.defaults.inputs ?? ["**"])], { dot: true });
      // Not those that a sparse checkout leaves out.
      const tracked = listed("ls-files", "-t").flatMap((entry) => (entry.startsWith("S ") ? [] : [entry.slice(2)]));
      const untracked = listed("ls-files", "--others", "--exclude-standard");
      const all = [...new Set([...tracked, ...untracked])].sort();
      const fields = listed("diff", "--name-status", "--no-renames", base);
      const changed = fields.flatMap((status, index) =>
        index % 2 === 0 ? [{ path: fields[index + 1] ?? "", status: NAMES[status] ?? "modified" }] : [],
      );
      const spans: string[] = [];
      const inputs = all.filter((file) => isInput(file));
      const list = [...changed, ...untracked.map((file) => ({ path: file, status: "untracked" }))];
      const result = await step(
        createContext({
          step: id,
          directory,
          files: inputs,
          dueFiles: dueFiles ?? inputs,
          changes: {
            known: true,
            base: { ref: base, oid: git("rev-parse", base).trim() },
            list: list.map((one) => ({ ...one, category: "other", rule: "test" })),
          },
          results,
          with: { ...definition.defaults.with, ...given },
          spans: recordSpans(spans),
          ...(ask === undefined ? {} : { ask }),
        }),
      );
      return { ...result, findings: result?.findings ?? [], spans };
    },
    close: () => rmSync(parent, { recursive: true, force: true }),
  };
}

/** What a step is told, with nothing in it but what is given. */
export function createContext(given: Partial<ModuleStepContext>): ModuleStepContext {
  return {
    step: "step",
    directory: "/nonexistent",
    files: [],
    dueFiles: [],
    changes: { known: false, message: "nobody looked" },
    results: [],
    with: {},
    spans: recordSpans([]),
    ask: () => Promise.resolve(NO_MODEL),
    ...given,
  };
}

/** What comes of every question where no model is configured. */
const NO_MODEL: ModuleReply = {
  status: "unanswered",
  reason: "no-model",
  message: "no model is configured (`ai.provider`)",
  findings: [],
  answers: [],
  notReviewed: [],
};

/** Spans whose names are written down. */
function recordSpans(names: string[]): ModuleStepContext["spans"] {
  const span: ReturnType<ModuleStepContext["spans"]["start"]> = {
    start(name) {
      names.push(name);
      return span;
    },
    measure(name, work) {
      names.push(name);
      return work(span);
    },
    end: () => undefined,
  };
  return { active: true, start: (name) => span.start(name), measure: (name, work) => span.measure(name, work) };
}

const NAMES: Readonly<Record<string, string>> = { A: "added", D: "deleted", M: "modified", T: "type-changed" };

/** Findings as one line each: `severity rule file:line message`. */
export function linesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, rule, file, line, message }) =>
    [severity, rule, ...(file === undefined ? [] : [line === undefined ? file : `${file}:${line}`]), message].join(" "),
  );
}
