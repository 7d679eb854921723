import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileEntry } from "../change.ts";
import { fingerprintFiles } from "./fingerprint-files.ts";

const file: fc.Arbitrary<FileEntry> = fc.record(
  {
    path: fc.string({ unit: "binary", minLength: 1, maxLength: 6 }),
    mode: fc.constantFrom("100644", "100755"),
    id: fc.constantFrom("aa", "ab", "b"),
    pathBytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ["path", "mode", "id"] },
);

describe("fingerprintFiles()", () => {
  test("is 64 hex digits, also for nothing, and defined by its bytes", () => {
    expect(fingerprintFiles([])).toBe(createHash("sha256").update("files-1\n").digest("hex"));
    expect(fingerprintFiles([{ path: "é", mode: "100644", id: "aa" }])).toBe(
      createHash("sha256").update("files-1\n2:é6:1006442:aa").digest("hex"),
    );
  });

  test("does not depend on the order", () => {
    fc.assert(
      fc.property(
        fc
          .array(file, { maxLength: 12 })
          .chain((files) => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length }))),
        ([files, shuffled]) => {
          expect(fingerprintFiles(shuffled)).toBe(fingerprintFiles(new Set(files)));
        },
      ),
    );
  });

  test("differs when a path, a mode or an id differs", () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 6 }), file, (files, one) => {
        const with_ = fingerprintFiles([...files, one]);
        expect(with_).not.toBe(fingerprintFiles(files));
        expect(with_).not.toBe(fingerprintFiles([...files, { ...one, id: `${one.id}c` }]));
        expect(with_).not.toBe(fingerprintFiles([...files, { ...one, mode: "120000" }]));
      }),
    );
    const entry = (path: string, id: string): FileEntry => ({ path, mode: "100644", id });
    expect(fingerprintFiles([entry("a", "bc")])).not.toBe(fingerprintFiles([entry("ab", "c")]));
  });

  test("reads more than one chunk", () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      path: `folder/${index}`,
      mode: "100644",
      id: "a".repeat(40),
    }));
    const changed = many.map((one, index) => (index === 2999 ? { ...one, id: "b".repeat(40) } : one));
    expect(fingerprintFiles(many)).toBe(fingerprintFiles(many.toReversed()));
    expect(fingerprintFiles(many)).not.toBe(fingerprintFiles(changed));
  });
});
