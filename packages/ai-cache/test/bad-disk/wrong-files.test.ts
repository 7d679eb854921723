import { execFileSync } from "node:child_process";
import { lutimesSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createCacheKey, openAiCache } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { askEachFromProcess } from "./ask.ts";

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
  "whatever stands in place of a file, the answer is right, there is one warning at most, and nothing waits",
  () => {
    const root = temporaryDirectory();
    const directories = cases.map(([impostor, place]) => {
      const directory = join(root, `${impostor} in place of ${place.replace("/", " ")}`);
      mkdirSync(dirname(join(directory, place)), { recursive: true });
      IMPOSTORS[impostor]?.(join(directory, place));
      // A lock that has just been made would rightly be waited for.
      lutimesSync(join(directory, place), 1, 1);
      return directory;
    });
    const told = askEachFromProcess({ directories, questions: ["a", "b"] });
    expect(told).toHaveLength(cases.length);
    for (const [index, { wrongCount, sources, warnings }] of told.entries()) {
      const report = { wrongCount, sources, hasManyWarnings: warnings.length > 1 };
      const expected = { wrongCount: 0, sources: ["computed", "computed"], hasManyWarnings: false };
      expect(report, directories[index]).toEqual(expected);
    }
  },
);

test.skipIf(process.platform === "win32")(
  "whatever stands in place of its own files is gone after a clean-up, and the cache is whole again",
  () => {
    const root = temporaryDirectory();
    for (const place of ["index.json", "size.log", "cleanup.lock", "stats.lock", `${folder}/${key}.json`]) {
      for (const [impostor, make] of Object.entries(IMPOSTORS)) {
        const directory = join(root, `${impostor} in place of ${place.replace("/", " ")}`);
        mkdirSync(dirname(join(directory, place)), { recursive: true });
        make(join(directory, place));
        lutimesSync(join(directory, place), 1, 1);
        const cache = openAiCache({ directory });
        cache.cleanup();
        const { damaged, locks } = cache.verify();
        expect({ damaged, locks }, directory).toEqual({ damaged: [], locks: [] });
        expect(cache.totals().stats, directory).toMatchObject({ cleanup_runs: 1, entries: 0 });
      }
    }
  },
);
