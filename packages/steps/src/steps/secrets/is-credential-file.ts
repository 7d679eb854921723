import path from "node:path";

const EXAMPLE = /(?:^|[._-])(?:example|sample|template|dist|defaults?|schema|test|tests|ci)(?:[._-]|$)/i;
const NAMES: ReadonlySet<string> = new Set([
  ".npmrc",
  ".pypirc",
  ".netrc",
  "_netrc",
  ".git-credentials",
  ".yarnrc.yml",
]);

/** Whether a file is one of those that hold settings of one machine or secrets: `.env`, `.env.production`, `.npmrc` and the like. */
export function isCredentialFile(file: string): boolean {
  const name = path.posix.basename(file);
  return NAMES.has(name) || (/^(?:\.env(?:\..+)?|.+\.env|terraform\.tfvars)$/.test(name) && !EXAMPLE.test(name));
}
