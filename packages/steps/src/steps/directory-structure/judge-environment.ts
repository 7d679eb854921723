import type { Finding } from "@ai-workflow/engine";

/** Files that are there to be copied, or that are known to be for everyone. */
const EXAMPLE = /(?:example|sample|template|dist|defaults?|schema|test|ci|vault|enc|encrypted)$/i;
/** Folders of files that are to be copied, or that tests read. */
const EXAMPLES =
  /(?:^|\/)(?:examples?|samples?|templates?|boilerplates?|skeletons?|demos?|__?fixtures?__?|fixtures?|tests?|__tests__|specs?|test[-_]?data)\//i;
const SECRET = /(?:SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE|CREDENTIAL|API_?KEY|ACCESS_?KEY|AUTH_?KEY)/i;
const PLACEHOLDER =
  /^(?:$|["']{2}$|["']?(?:x+|\*+|\.+|<.*>|\$\{.*|your[-_ ].*|change[-_ ]?me.*|todo|none|null|password|secret|postgres|root|admin|test|example|dummy|placeholder|localhost|true|false|\d{1,4})["']?$)/i;

/** What is to be said of a file of variables that git does not ignore. Pure. */
export function judgeEnvironment(file: string, text: string): readonly Finding[] {
  if (EXAMPLE.test(file) || EXAMPLES.test(file)) return [];
  if (file.endsWith(".local")) {
    return [
      {
        rule: "environment-file",
        severity: "warning",
        message: "is for one machine, and git does not ignore it",
        file,
      },
    ];
  }
  const lines = text.split(/\r?\n/);
  // Names that programs for browsers are given are for everyone.
  const index = lines.findIndex((line) => {
    const [, name = "", value = ""] =
      /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*(?:#.*)?$/.exec(line) ?? [];
    return (
      SECRET.test(name) &&
      !/^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY)_/.test(name) &&
      !PLACEHOLDER.test(value)
    );
  });
  if (index === -1) return [];
  return [
    {
      rule: "environment-file",
      severity: "warning",
      message: "sets what looks like a secret, and git does not ignore the file",
      file,
      line: index + 1,
      suggestion: "git rm --cached it, add it to .gitignore, and replace the secret",
    },
  ];
}
