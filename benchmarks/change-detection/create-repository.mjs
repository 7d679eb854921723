import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { createRepositoryModel } from "./repository-model.mjs";

/** Commits on top of the first one; the base is three before the last. */
const LATER_COMMITS = 4;
const FIRST_COMMIT_AT_SECONDS = Date.UTC(2026, 0, 1) / 1_000;
const WRITE_BYTES = 2 ** 20;

/** How much one commit, or the work tree, differs: more in a larger repository, as more people work on it. */
const editsOf = (fileCount) => 10 + Math.round(fileCount / 1_000);
const partOf = (count, share) => Math.max(1, Math.round(count * share));

/**
 * Makes a git repository with `fileCount` files at HEAD and five commits, each of the last four with edits, new files, deletions and
 * renames. The work tree is clean, and there are ignored folders in it.
 * @param {{ readonly directory: string, readonly fileCount: number, readonly random: () => number,
 *   readonly environment: Record<string, string> }} options
 */
export function createRepository({ directory, fileCount, random, environment }) {
  const model = createRepositoryModel({ fileCount, random });
  mkdirSync(directory, { recursive: true });
  const gitWith =
    (variables) =>
    (...args) =>
      execFileSync("git", args, {
        cwd: directory,
        env: { ...environment, ...variables },
        stdio: "pipe",
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
  const git = gitWith({});
  git("init", "--quiet", "--initial-branch=main");
  importHistory({ directory, environment, model, edits: editsOf(fileCount) });
  git("reset", "--quiet", "--hard");
  for (let number = 0; number < fileCount / 20; number += 1) {
    const folder = path.join(directory, "node_modules", `dependency-${number % 50}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `module-${number}.js`), `module.exports = ${number};\n`);
  }
  mkdirSync(path.join(directory, "dist"));
  writeFileSync(path.join(directory, "dist/bundle.js"), "// built\n");

  const repository = {
    directory,
    environment,
    git,
    gitWith,
    base: git("rev-parse", "HEAD~3").trim(),
    head: git("rev-parse", "HEAD").trim(),
    savedIndex: `${directory}.index`,
    edits: editsOf(fileCount),
    model,
  };
  saveIndex(repository);
  return repository;
}

/** Edits, stages, renames, deletes and adds files, in all combinations that a day's work leaves behind. */
export function changeWorkTree(repository) {
  const { directory, model, git, edits } = repository;
  const drawn = model.draw(edits * 3, model.isLongEnoughToRename);
  const take = (count) => drawn.splice(0, count);
  const on = (file) => path.join(directory, file);
  const edit = (file) => {
    appendFileSync(on(file), "// edited\n");
    // In any case another time than the index has, whatever the resolution of the file system's clock.
    utimesSync(on(file), FIRST_COMMIT_AT_SECONDS, FIRST_COMMIT_AT_SECONDS);
  };
  const moved = (file) => file.replace(/([^/]+)$/, "moved-$1");
  const some = partOf(edits, 0.2);

  for (const file of take(edits)) edit(file);
  const staged = take(some);
  for (const file of staged) edit(file);
  git("add", "--", ...staged);
  for (const file of staged.slice(0, partOf(some, 0.5))) edit(file);
  for (const file of take(some)) git("mv", "--", file, moved(file));
  for (const file of take(partOf(some, 0.5))) renameSync(on(file), on(moved(file)));
  for (const file of take(some)) rmSync(on(file));
  git("rm", "--quiet", "--", ...take(partOf(some, 0.5)));
  mkdirSync(on("packages/new-package/src"), { recursive: true });
  for (let number = 0; number < edits; number += 1) {
    writeFileSync(on(`packages/new-package/src/new ${number}.ts`), `export const value = ${number};\n`);
  }
  writeFileSync(on("debug.log"), "ignored\n");
  saveIndex(repository);
}

/** Puts the index back as it was: some of the peers write it, which would make the next one faster or slower. */
export function restoreIndex({ directory, savedIndex }) {
  const index = path.join(directory, ".git/index");
  copyFileSync(savedIndex, index);
  const { atime, mtime } = statSync(savedIndex);
  utimesSync(index, atime, mtime);
}

/**
 * Keeps a copy of the index. It is dated a little later than any file, so that git need not read the files again that were written in
 * the same second ("racy git", Documentation/technical/racy-git).
 */
function saveIndex({ directory, savedIndex }) {
  const later = Math.ceil(Date.now() / 1_000) + 2;
  copyFileSync(path.join(directory, ".git/index"), savedIndex);
  utimesSync(savedIndex, later, later);
  restoreIndex({ directory, savedIndex });
}

/** Writes all commits as one `git fast-import` stream: no other way makes 100,000 files in seconds. */
function importHistory({ directory, environment, model, edits }) {
  const stream = `${directory}.fast-import`;
  const output = createBufferedOutput(stream);
  const write = (file) => {
    const content = model.contentOf(model.files.get(file));
    output.write(Buffer.from(`M 100644 inline ${file}\ndata ${content.length}\n`));
    output.write(content);
    output.write(Buffer.from("\n"));
  };
  const commit = (number) => {
    const message = `Commit ${number}\n`;
    output.write(
      Buffer.from(
        `commit refs/heads/main\ncommitter Benchmark <benchmark@example.org> ${FIRST_COMMIT_AT_SECONDS + number * 86_400} +0000\n` +
          `data ${message.length}\n${message}${number === 0 ? "" : "\n"}`,
      ),
    );
  };

  commit(0);
  for (const file of model.files.keys()) write(file);
  for (let number = 1; number <= LATER_COMMITS; number += 1) {
    commit(number);
    const some = partOf(edits, 0.2);
    const drawn = model.draw(edits + 2 * some, model.isLongEnoughToRename);
    for (const file of drawn.splice(0, edits)) {
      model.files.get(file).appended += `// commit ${number}\n`;
      write(file);
    }
    for (const file of drawn.splice(0, some)) {
      const content = model.files.get(file);
      const renamed = file.replace(/([^/]+)$/, `renamed-${number}-$1`);
      model.files.delete(file);
      model.files.set(renamed, { ...content, appended: `${content.appended}// renamed\n` });
      output.write(Buffer.from(`D ${file}\n`));
      write(renamed);
    }
    for (const file of drawn) {
      model.files.delete(file);
      output.write(Buffer.from(`D ${file}\n`));
      write(model.addFile());
    }
  }
  output.close();

  const input = openSync(stream, "r");
  try {
    execFileSync("git", ["-c", "pack.compression=1", "fast-import", "--quiet", "--depth=0"], {
      cwd: directory,
      env: environment,
      stdio: [input, "ignore", "inherit"],
    });
  } finally {
    closeSync(input);
    rmSync(stream);
  }
}

function createBufferedOutput(file) {
  const descriptor = openSync(file, "w");
  let pending = [];
  let bytes = 0;
  const flush = () => {
    const all = Buffer.concat(pending);
    for (let written = 0; written < all.length;) written += writeSync(descriptor, all, written);
    pending = [];
    bytes = 0;
  };
  return {
    write(chunk) {
      pending.push(chunk);
      bytes += chunk.length;
      if (bytes >= WRITE_BYTES) flush();
    },
    close() {
      flush();
      closeSync(descriptor);
    },
  };
}
