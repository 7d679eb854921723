import { readFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { remark } from "remark";
import remarkGfm from "remark-gfm";
import remarkValidateLinks from "remark-validate-links";

const MARKDOWN = /\.(?:md|markdown|mdown|mkdn)$/i;

/** GitHub's reading of a fragment: headings, `#L10` in source files, `#readme` for the top. No host: nothing is fetched. */
const LINK_OPTIONS = {
  repository: false,
  urlConfig: { headingPrefix: "#", lines: true, prefix: "", topAnchor: "#readme" },
};

/**
 * A module step: checks that the relative links of the Markdown files among `context.files` lead to files that exist and
 * their fragments to headings that exist, in the same and in other files. Nothing is fetched from a network.
 */
export default async function checkLinks(context) {
  const directory = context.directory;
  const files = [];
  const findings = [];
  const waiting = [];
  const seen = new Set();
  const want = (path) => {
    const absolute = resolve(directory, path);
    if (seen.has(absolute) || !MARKDOWN.test(path)) return;
    seen.add(absolute);
    waiting.push(relative(directory, absolute));
  };

  // The plug-in needs all files together to see headings in other files; this is the part of a file set that it uses.
  let complete;
  const fileSet = {
    use: (completer) => {
      complete = completer;
    },
    add: (file) => want(resolve(directory, file.path)),
    valueOf: () => files,
  };
  const processor = remark()
    .use(remarkGfm)
    .use(remarkValidateLinks, { ...LINK_OPTIONS, root: directory }, fileSet);

  const asked = new Set();
  for (const path of context.files) {
    want(path);
    asked.add(resolve(directory, path));
  }
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    let value;
    try {
      value = await readFile(resolve(directory, path), "utf8");
    } catch {
      continue; // A link to it is reported as broken; an input that has just been deleted has no links.
    }
    try {
      files.push(await processor.process({ cwd: directory, path, value }));
    } catch (error) {
      const file = path.split(sep).join("/");
      const message = `Its links cannot be read: ${error.message}`;
      findings.push({ rule: "unreadable-link", severity: "error", message, file, line: 1, column: 1 });
    }
  }
  await complete?.(fileSet);

  for (const file of files) {
    if (!asked.has(resolve(directory, file.path))) continue;
    for (const message of file.messages) {
      findings.push({
        rule: message.ruleId ?? "link",
        severity: "error",
        message: message.reason,
        file: file.path.split(sep).join("/"),
        line: message.line ?? 1,
        column: message.column ?? 1,
      });
    }
  }
  return { findings };
}
