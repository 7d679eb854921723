import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** Files below which a work tree is put back, so that there is something left to edit. */
const FEW_FILES = 60;

/** Writes the files that a repository begins with. */
export function writeTree(directory) {
  for (let number = 0; number < 300; number += 1) {
    const folder = path.join(directory, `d${number % 10}`, `e${number % 30}`);
    // A file or a link may be in the way by now.
    if (lstatSync(path.dirname(folder), { throwIfNoEntry: false })?.isDirectory() === false) continue;
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) continue;
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `f${number}.txt`);
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) writeFileSync(file, `content ${number}\n`);
  }
}

/** What people, editors and builds do to files and folders, drawn at random. */
const EDITS = [
  ({ file }) => appendFileSync(file, "more\n"),
  ({ file, number }) => {
    // The same size and, afterwards, the same time.
    const { atime, mtime } = lstatSync(file);
    const content = readFileSync(file);
    content[0] = 48 + (number % 10);
    writeFileSync(file, content);
    utimesSync(file, atime, mtime);
  },
  ({ folder, number }) => {
    mkdirSync(path.join(folder, `n${number}/a/b/c`), { recursive: true });
    writeFileSync(path.join(folder, `n${number}/a/b/c/new.txt`), "new\n");
  },
  ({ folder, directory, number }) => renameSync(folder, path.join(directory, `moved${number}`)),
  ({ file }) => unlinkSync(file),
  ({ folder }) => rmSync(folder, { recursive: true }),
  ({ file, number }) => chmodSync(file, number % 2 === 0 ? 0o644 : 0o755),
  ({ file }) => {
    unlinkSync(file);
    symlinkSync("nowhere", file);
  },
  ({ file }) => {
    unlinkSync(file);
    mkdirSync(file);
    writeFileSync(path.join(file, "inner"), "inner\n");
  },
  ({ folder }) => {
    writeFileSync(path.join(folder, "x.log"), "ignored\n");
    writeFileSync(path.join(folder, "y.txt"), "untracked\n");
  },
  ({ folder, number }) =>
    appendFileSync(path.join(folder, ".gitignore"), ["*.txt\n", "!y.txt\n", "new*\n"][number % 3] ?? ""),
  ({ file }) => {
    writeFileSync(`${file}.tmp`, "replaced\n");
    renameSync(`${file}.tmp`, file);
  },
  ({ folder, number }) => {
    mkdirSync(path.join(folder, `q${number}`));
    renameSync(path.join(folder, `q${number}`), path.join(folder, `r${number}`));
    writeFileSync(path.join(folder, `r${number}`, "z"), "z\n");
  },
];

/**
 * Edits a work tree at random, time after time.
 * @param {{ readonly directory: string, readonly random: () => number, readonly git: (...args: string[]) => unknown }} options
 * @returns {{ edit: () => void, rest: () => void }} `edit` does some edits; `rest` what a user does now and then: asks git for the status,
 *   which writes the index, commits, or throws everything away
 */
export function createEditor({ directory, random, git }) {
  let number = 0;
  const draw = (items) => items[Math.floor(random() * items.length)];
  const list = () => {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
      (entry) => !path.relative(directory, path.join(entry.parentPath, entry.name)).startsWith(".git/"),
    );
    const places = (isFolder) =>
      entries
        .filter((entry) => entry.isDirectory() === isFolder && entry.name !== ".git")
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort();
    return { files: places(false), folders: places(true) };
  };
  const putBack = () => {
    git("reset", "--quiet", "--hard");
    git("clean", "-fdq");
  };
  return {
    edit() {
      for (let left = 1 + Math.floor(random() * 5); left > 0; left -= 1) {
        number += 1;
        const { files, folders } = list();
        const edit = draw(EDITS);
        try {
          edit({ directory, number, file: draw(files), folder: draw(folders) });
        } catch (error) {
          // A folder into itself, a link that leads nowhere, a name that is too long: not every edit can be done.
          if (error.code === undefined) throw error;
        }
      }
    },
    rest() {
      const what = Math.floor(random() * 12);
      if (what < 4) git("status");
      else if (what === 4) git("add", "--all");
      else if (what === 5) {
        git("add", "--all");
        git("commit", "--quiet", "--allow-empty", "--message", "change");
      } else if (what === 6) putBack();
      if (list().files.length >= FEW_FILES) return;
      putBack();
      writeTree(directory);
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", "again");
    },
  };
}
