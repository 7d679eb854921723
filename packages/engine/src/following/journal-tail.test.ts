import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { followLines } from "./journal-tail.ts";

function inFolder<T>(act: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "tail-"));
  try {
    return act(path.join(folder, "journal"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("wherever what is written is cut, the same lines come, none twice and none before its end", () => {
  const lines = fc.array(
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", "")),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, fc.array(fc.nat(200), { maxLength: 6 }), (written, cuts) => {
      inFolder((file) => {
        const tail = followLines(file);
        const bytes = Buffer.from(written.map((line) => `${line}\n`).join(""));
        const read: string[] = [...tail.next()];
        let from = 0;
        for (const to of [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]) {
          appendFileSync(file, bytes.subarray(from, to));
          from = to;
          read.push(...tail.next());
          const ended = bytes.subarray(0, to).toString("latin1").split("\n").length - 1;
          expect(read).toHaveLength(ended);
        }
        tail.close();
        expect(read).toEqual(written);
      });
    }),
    { numRuns: 60 },
  );
});

test("what was written before the file was removed is read, and what is no file is none", () => {
  inFolder((file) => {
    const tail = followLines(file);
    expect(tail.next()).toEqual([]);
    appendFileSync(file, "a\n");
    expect(tail.next()).toEqual(["a"]);
    appendFileSync(file, "b\nc");
    rmSync(file);
    expect(tail.next()).toEqual(["b"]);
    tail.close();
    const ofFolder = followLines(path.dirname(file));
    expect(ofFolder.next()).toEqual([]);
    ofFolder.close();
  });
});
