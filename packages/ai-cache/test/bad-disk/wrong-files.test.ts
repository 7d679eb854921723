import { execFileSync } from "node:child_process";
import { lutimesSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createCacheKey } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { askFromProcess } from "./ask.ts";

const key = createCacheKey({ provider: "p", model: "m", prompt: "a" });
const folder = key.slice(0, 2);

/** What may stand in place of a file, and how it comes there. */
const IMPOSTORS: Readonly<Record<string, (path: string) => void>> = {
  "an empty file": (path) => writeFileSync(path, ""),
  "a torn file": (path) => writeFileSync(path, '{"formatVersion":1,"che'),
  "a large file of nothing": (path) => {
    writeFileSync(path, "");
    truncateSync(path, 300 * 1024 * 1024);
  },
  "a folder": (path) => mkdirSync(path),
  "a folder with something in it": (path) => mkdirSync(join(path, "inner"), { recursive: true }),
  "a pipe": (path) => execFileSync("mkfifo", [path]),
  "a link to itself": (path) => symlinkSync(path, path),
  "a link to nothing": (path) => symlinkSync(join(dirname(path), "nothing", "there"), path),
  "a link to an endless device": (path) => symlinkSync("/dev/zero", path),
};
const PLACES = [
  `${folder}/${key}.json`,
  `${folder}/${key}.lock`,
  folder,
  "index.json",
  "stats.d",
  "stats.lock",
  "size.log",
  "cleanup.stamp",
  "cleanup.lock",
  "explain",
  ".gitignore",
] as const;
const cases = PLACES.flatMap((place) => Object.keys(IMPOSTORS).map((impostor): [string, string] => [impostor, place]));

test.skipIf(process.platform === "win32")(
  "what stands in place of any file, the answer is right and there is one warning at most",
  () => {
    const root = temporaryDirectory();
    for (const [impostor, place] of cases) {
      const directory = join(root, `${impostor} ${place.replace("/", " ")}`);
      mkdirSync(dirname(join(directory, place)), { recursive: true });
      IMPOSTORS[impostor]?.(join(directory, place));
      // A lock that has just been made would rightly be waited for.
      lutimesSync(join(directory, place), 1, 1);
      const told = askFromProcess({ directory, questions: ["a", "b"] });
      expect(told, `${impostor} in place of ${place}`).toMatchObject({
        wrongCount: 0,
        sources: ["computed", "computed"],
      });
      expect(told.warnings.length, `${impostor} in place of ${place}`).toBeLessThanOrEqual(1);
    }
  },
  300_000,
);
