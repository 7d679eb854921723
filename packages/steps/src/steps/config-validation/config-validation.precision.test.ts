import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { createContext } from "../../../test/step-repository.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { createStepRepository } from "../../../test/step-repository.ts";
import validateConfig from "./step.ts";

interface ConfigCase extends PublishedCase {
  readonly file: string;
}

interface ConfigProblem extends ConfigCase {
  readonly rule: string;
  readonly line: number;
}

const problem = (
  from: ConfigProblem["from"],
  line: number,
  rule: string,
  what: string,
  file = "package.json",
): ConfigProblem => ({ from, line, rule, what, file });

const lookAlike = (from: ConfigCase["from"], file: string, what: string): ConfigCase => ({
  from,
  file,
  what: `${file}, ${what}`,
});

measurePrecision<ConfigProblem, ConfigCase>({
  step: "config_validation",
  problems: [
    problem("avvio@8.4.0", 1, "syntax", "a comma after a quoted text", ".github/tests_checker.yml"),
    problem("binary@0.3.0", 35, "unknown-key", "`engine`"),
    problem("chainsaw@0.1.0", 22, "unknown-key", "`engine`"),
    problem("optimist@0.6.1", 36, "unknown-key", "`engine`"),
    problem("ncp@0.2.7", 24, "unknown-key", "`engine`"),
    problem("cliui@7.0.4", 80, "unknown-key", "`engine`"),
    problem("convert-source-map@2.0.0", 32, "unknown-key", "`engine`"),
    problem("chardet@2.2.0", 30, "unknown-key", "`engine`"),
    problem("chardet@2.2.0", 12, "unknown-key", "`bugs.mail`"),
    problem("merge2@1.4.1", 4, "unknown-key", "`authors`"),
    problem("bunyan@1.8.15", 14, "schema", "`engines` as a list"),
    problem("extsprintf@1.3.0", 10, "schema", "`engines` as a list"),
    problem("jsonparse@1.3.1", 19, "schema", "`engines` as a list"),
    problem("verror@1.10.0", 15, "schema", "`engines` as a list"),
    problem("concat-stream@2.0.0", 19, "schema", "`engines` as a list"),
    problem("pause-stream@0.0.11", 28, "schema", "`license` as a list"),
    problem("async@0.1.22", 11, "unknown-key", "`licenses`"),
    problem("eyes@0.1.8", 8, "unknown-key", "`licenses`"),
    problem("hooks@0.3.2", 34, "unknown-key", "`licenses`"),
    problem("policyfile@0.0.4", 24, "unknown-key", "`licenses`"),
    problem("diff@1.4.0", 16, "unknown-key", "`licenses`"),
    problem("node-uuid@1.4.8", 36, "unknown-key", "`licenses`"),
  ],
  lookAlikes: [
    lookAlike("math-intrinsics@1.1.0", "package.json", "where `main` is false"),
    lookAlike("dunder-proto@1.0.1", "package.json", "with keys of other programs"),
    lookAlike("avvio@8.4.0", "package.json", "with a list of contributors"),
    lookAlike("avvio@8.4.0", ".github/workflows/ci.yml", "which uses another workflow"),
    lookAlike("avvio@8.4.0", ".github/release-drafter.yml", "with a template in a text"),
    lookAlike("fast-uri@3.0.6", ".github/tests_checker.yml", "the mended form of a broken file"),
    lookAlike("fast-uri@3.0.6", ".github/workflows/package-manager-ci.yml", "with secrets handed on"),
    lookAlike("fast-uri@3.0.6", ".github/workflows/ci.yml", "with a matrix"),
    lookAlike("fast-uri@3.0.6", ".github/dependabot.yml", "with limits"),
    lookAlike("light-my-request@5.14.0", ".github/workflows/benchmark.yml", "triggered by labels"),
    lookAlike("light-my-request@5.14.0", ".github/stale.yml", "of another program"),
    lookAlike("light-my-request@5.14.0", ".github/workflows/ci.yml", "with path filters"),
    lookAlike("thread-stream@3.1.0", ".github/workflows/ci.yml", "with expressions"),
    lookAlike("thread-stream@3.1.0", "tsconfig.json", "with comments"),
    lookAlike("thread-stream@3.1.0", ".github/dependabot.yml", "with several ecosystems"),
    lookAlike("secure-json-parse@2.7.0", ".airtap.yml", "with lists in lists"),
    lookAlike("node-gyp@10.2.0", "gyp/pyproject.toml", "with tables of tools"),
    lookAlike("node-gyp@10.2.0", "release-please-config.json", "with keys like those of manifests"),
    lookAlike("rfdc@1.4.1", ".github/workflows/ci.yml", "with a matrix"),
    lookAlike("secure-json-parse@2.7.0", ".github/workflows/ci.yml", "with another workflow"),
    lookAlike("nconf@0.6.9", "test/fixtures/malformed.json", "which is wrong on purpose"),
    lookAlike("escodegen@1.3.3", "component.json", "a manifest of another registry"),
  ],
  async judge({ file }, folder) {
    const repository = createStepRepository();
    try {
      mkdirSync(path.dirname(path.join(repository.directory, file)), { recursive: true });
      copyFileSync(path.join(folder, file), path.join(repository.directory, file));
      const context = createContext({ directory: repository.directory, files: [file], dueFiles: [file] });
      return (await validateConfig(context)).findings ?? [];
    } finally {
      repository.close();
    }
  },
  tells: ({ rule, line }, findings) => findings.some((one) => one.rule === rule && one.line === line),
});
