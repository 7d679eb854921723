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
  // node-gyp as old packages call it, Chrome (WebRTC), V8's profiler, Java, and the emulators and drivers of browsers and of Firebase.
  [
    /^(?:builderror|libpeerconnection|(?:isolate-0x[0-9a-f]+-)?v8|(?:hs_err|replay)_pid\d+|(?:firebase|firestore|ui|database|pubsub|selenium)-debug|(?:chrome|gecko|ghost|phantomjs)driver)\.log$/,
    "a program leaves this log behind",
  ],
  [/\.(?:suo|xcuserstate|sublime-workspace)$/, "an editor keeps its state for one user in this file"],
  [/\.py[co]$/, "Python makes this file anew"],
  [/^\.nfs[0-9a-f]{8,}$/, "a file that was removed while it was open"],
];

/** As above, but tests may hold such files on purpose. */
const STRAY_UNLESS_SAMPLE: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/[^~]~$/, "an editor leaves this backup behind"],
  [/[^.]\.bak$/, "looks like a backup"],
  [/^debug\.log$/, "a program leaves this log behind"],
  [/\.(?:orig|rej)$/, "a merge or a patch leaves this file behind"],
  [/ - Copy(?: \(\d+\))?\.[^.]+$|^Copy of /, "looks like a copy made by hand"],
];

/** Files that are one user's in a folder that is everybody's: https://intellij-support.jetbrains.com/hc/articles/206544839. */
const PERSONAL = /(?:^|\/)\.idea\/(?:workspace\.xml|tasks\.xml|usage\.statistics\.xml|shelf\/.+)$/;

/** Folders that programs fill, by their name, and what must be below them. */
const OUTPUT: readonly (readonly [folder: string, within: RegExp, what: string])[] = [
  [
    "node_modules",
    /^(?:@[^/]+\/)?[^/]+\/(?:package\.json|(?:readme|licen[cs]e|changelog|history)(?:\.[a-z]+)?)$|^\.bin\/|^\.package-lock\.json$/i,
    "installed packages",
  ],
  ["__pycache__", /\.pyc$/, "what Python compiles"],
  [".venv", /^pyvenv\.cfg$|^(?:bin|Scripts)\//, "a virtual environment of Python"],
  ["venv", /^pyvenv\.cfg$/, "a virtual environment of Python"],
  [".pytest_cache", /./, "a cache of pytest"],
  [".mypy_cache", /./, "a cache of mypy"],
  [".ruff_cache", /./, "a cache of Ruff"],
  [".gradle", /\.(?:lock|bin)$/, "a cache of Gradle"],
  ["build", /^intermediates\//, "a build of Android"],
  ["build", /^(?:Release|Debug)\/(?:obj\.target|\.deps)\//, "a build of node-gyp"],
  ["target", /^(?:debug|release)\/(?:deps|incremental|\.fingerprint)\//, "a build of Rust"],
  ["obj", /^project\.assets\.json$/, "a build of .NET"],
  ["xcuserdata", /^[^/]+\.xcuserdatad\//, "what Xcode keeps for one user"],
  [".vs", /(?:^|\/)(?:\.suo|[^/]+\.vsidx|slnx\.sqlite)$/, "what Visual Studio keeps for one user"],
  [".svelte-kit", /^(?:generated|output|types)\//, "a build of SvelteKit"],
  [".sass-cache", /./, "a cache of Sass"],
  [".tox", /./, "environments of tox"],
  [".nyc_output", /./, "coverage of tests"],
  [".next", /^(?:BUILD_ID|cache\/|server\/|static\/)/, "a build of Next.js"],
  [".nuxt", /./, "a build of Nuxt"],
  [".terraform", /^(?:providers|modules)\//, "a cache of Terraform"],
  [".parcel-cache", /./, "a cache of Parcel"],
  [".turbo", /\.log$|^cache\//, "a cache of Turborepo"],
];
const OUTPUT_NAMES: ReadonlySet<string> = new Set(OUTPUT.map(([name]) => name));

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
    ...capped(windows(own)),
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
  // What is below tells whether a folder of such a name is filled by a program.
  const sure = new Map<string, string>();
  for (const file of files) {
    for (const [folder, below] of foldersOf(file)) {
      const name = folder.slice(folder.lastIndexOf("/") + 1);
      // A test may need a folder of this name.
      if (!OUTPUT_NAMES.has(name) || sure.has(folder) || (name === "node_modules" && isSample(folder))) continue;
      const [, , what] = OUTPUT.find(([one, within]) => one === name && within.test(below)) ?? [];
      if (what !== undefined) sure.set(folder, what);
    }
  }
  const found = new Map<string, { what: string; count: number }>();
  for (const file of files) {
    const [folder = ""] = foldersOf(file).find(([one]) => sure.has(one)) ?? [];
    const what = sure.get(folder);
    if (what !== undefined) found.set(folder, { what, count: (found.get(folder)?.count ?? 0) + 1 });
  }
  return found;
}

/** The folders above a file, the outermost first, and where the file is in each. */
function foldersOf(file: string): readonly (readonly [folder: string, below: string])[] {
  return [...file.matchAll(/\//g)].map(({ index }) => [file.slice(0, index), file.slice(index + 1)]);
}

function stray(file: string): readonly Finding[] {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const rules = isSample(file) ? STRAY : [...STRAY, ...STRAY_UNLESS_SAMPLE];
  const what = PERSONAL.test(file)
    ? "an editor keeps its state for one user in this file"
    : rules.find(([pattern]) => pattern.test(name))?.[1];
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

/** Each name that Windows cannot have, once for all that is in a folder of the name. */
function windows(files: readonly string[]): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const file of files) {
    const parts = file.split("/");
    const place = parts.findIndex((name) => RESERVED.test(name) || FORBIDDEN.test(name));
    const part = parts[place];
    const path = parts.slice(0, place + 1).join("/");
    if (part === undefined || found.has(path)) continue;
    const why = RESERVED.test(part) ? "is reserved" : "has characters that names cannot have";
    found.set(path, {
      rule: "windows-name",
      severity: "warning",
      message: `Windows cannot check this out: ${JSON.stringify(part)} ${why} there`,
      file: path,
    });
  }
  return [...found.values()];
}
