import type { Finding } from "@ai-workflow/engine";

/** Told of a rule up to here; a last finding counts the rest. */
const MAX_PER_RULE = 20;

/** Files that programs leave behind, and what leaves them. */
const STRAY: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^(?:\.DS_Store|\._.+|\.AppleDouble|\.Spotlight-V100|\.Trashes)$/, "macOS leaves this file behind"],
  [/^(?:Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i, "Windows leaves this file behind"],
  [/^\..*\.sw[a-p]$|^\.#|^#.+#$/, "an editor leaves this file behind"],
  [
    /^(?:npm-debug\.log|yarn-error\.log|yarn-debug\.log|lerna-debug\.log|\.pnpm-debug\.log)/,
    "a failed command leaves this log behind",
  ],
  [/\.py[co]$/, "Python makes this file anew"],
  [/^\.nfs[0-9a-f]{8,}$/, "a file that was removed while it was open"],
];

/** As above, but tests may hold such files on purpose. */
const STRAY_UNLESS_SAMPLE: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/[^~]~$/, "an editor leaves this backup behind"],
  [/\.(?:orig|rej)$/, "a merge or a patch leaves this file behind"],
  [/ - Copy(?: \(\d+\))?\.[^.]+$|^Copy of /, "looks like a copy made by hand"],
];

/** Folders that programs fill, by their name, and what must be below them. */
const OUTPUT: readonly (readonly [folder: string, within: RegExp, what: string])[] = [
  ["node_modules", /^(?:@[^/]+\/)?[^/]+\/package\.json$|^\.bin\/|^\.package-lock\.json$/, "installed packages"],
  ["__pycache__", /\.pyc$/, "what Python compiles"],
  [".venv", /^pyvenv\.cfg$|^(?:bin|Scripts)\//, "a virtual environment of Python"],
  ["venv", /^pyvenv\.cfg$/, "a virtual environment of Python"],
  [".pytest_cache", /./, "a cache of pytest"],
  [".mypy_cache", /./, "a cache of mypy"],
  [".ruff_cache", /./, "a cache of Ruff"],
  [".gradle", /\.(?:lock|bin)$/, "a cache of Gradle"],
  [".nyc_output", /./, "coverage of tests"],
  [".next", /^(?:BUILD_ID|cache\/|server\/|static\/)/, "a build of Next.js"],
  [".nuxt", /./, "a build of Nuxt"],
  [".terraform", /^(?:providers|modules)\//, "a cache of Terraform"],
  [".parcel-cache", /./, "a cache of Parcel"],
  [".turbo", /\.log$|^cache\//, "a cache of Turborepo"],
];

const SAMPLE =
  /(?:^|\/)(?:__?fixtures?__?|fixtures?|test[-_]?data|__tests__|tests?|specs?|mocks?|__mocks__|samples?|corpus|playgrounds?)\//i;
const RESERVED = /^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:\.|$)/i;
// The characters that file names of Windows cannot have.
const FORBIDDEN = /[<>:"|?*\\\p{Cc}]|[. ]$/u;

/** Whether a path is of a file that tests read, which may be odd on purpose. */
export function isSample(file: string): boolean {
  return SAMPLE.test(file);
}

/** What is to be said of a repository's files by their names alone. Pure. */
export function judgeNames(files: readonly string[]): readonly Finding[] {
  const outputs = outputFolders(files);
  const own = files.filter((file) => ![...outputs.keys()].some((folder) => file.startsWith(`${folder}/`)));
  return [
    ...[...outputs].map(([folder, { what, count }]): Finding => ({
      rule: "committed-output",
      severity: "warning",
      message: `${what}: ${count} ${count === 1 ? "file" : "files"} below this folder that git does not ignore`,
      file: folder,
      suggestion: `git rm -r --cached ${folder}, and add it to .gitignore`,
    })),
    ...capped(own.flatMap((file) => stray(file))),
    ...capped(clashes(own)),
    ...capped(own.flatMap((file) => windows(file))),
  ];
}

/** The first of many, and how many more there are. */
export function capped(findings: readonly Finding[]): readonly Finding[] {
  const [first] = findings;
  if (first === undefined || findings.length <= MAX_PER_RULE) return findings;
  const more = findings.length - MAX_PER_RULE;
  return [...findings.slice(0, MAX_PER_RULE), { rule: first.rule, severity: "info", message: `and ${more} more` }];
}

function outputFolders(
  files: readonly string[],
): ReadonlyMap<string, { readonly what: string; readonly count: number }> {
  const found = new Map<string, { what: string; count: number; isSure: boolean }>();
  for (const file of files) {
    const parts = file.split("/");
    const place = parts.slice(0, -1).findIndex((part) => OUTPUT.some(([name]) => name === part));
    if (place === -1) continue;
    const folder = parts.slice(0, place + 1).join("/");
    // A test may need a folder of this name.
    if (isSample(`${folder}/`) && parts[place] === "node_modules") continue;
    const rules = OUTPUT.filter(([name]) => name === parts[place]);
    const [, , what = ""] = rules[0] ?? [];
    const entry = found.get(folder) ?? { what, count: 0, isSure: false };
    entry.count += 1;
    entry.isSure ||= rules.some(([, within]) => within.test(parts.slice(place + 1).join("/")));
    found.set(folder, entry);
  }
  return new Map([...found].filter(([, { isSure }]) => isSure));
}

function stray(file: string): readonly Finding[] {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const rules = isSample(file) ? STRAY : [...STRAY, ...STRAY_UNLESS_SAMPLE];
  const [, what] = rules.find(([pattern]) => pattern.test(name)) ?? [];
  if (what === undefined) return [];
  return [
    { rule: "stray-file", severity: "warning", message: what, file, suggestion: "remove it, and ignore its like" },
  ];
}

/** Paths, and folders above them, that are one where names are compared without case or in another Unicode form. */
function clashes(files: readonly string[]): readonly Finding[] {
  const seen = new Map<string, string>();
  const told = new Set<string>();
  const findings: Finding[] = [];
  for (const file of files) {
    const parts = file.split("/");
    for (let length = 1; length <= parts.length; length += 1) {
      const given = parts.slice(0, length).join("/");
      const folded = given.normalize("NFC").toLowerCase();
      const before = seen.get(folded);
      if (before === undefined) seen.set(folded, given);
      else if (before !== given) {
        if (!told.has(given)) {
          const isForm = before.normalize("NFC") === given.normalize("NFC");
          findings.push({
            rule: isForm ? "unicode-clash" : "case-clash",
            severity: "warning",
            message: `differs from ${JSON.stringify(before)} only in ${isForm ? "its Unicode form" : "case"}: macOS and Windows hold one of the two`,
            file: given,
          });
        }
        told.add(given);
        break;
      }
    }
  }
  return findings;
}

function windows(file: string): readonly Finding[] {
  const part = file.split("/").find((name) => RESERVED.test(name) || FORBIDDEN.test(name));
  if (part === undefined) return [];
  const why = RESERVED.test(part) ? "is reserved" : "has characters that names cannot have";
  return [
    {
      rule: "windows-name",
      severity: "warning",
      message: `Windows cannot check this out: ${JSON.stringify(part)} ${why} there`,
      file,
    },
  ];
}
