import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRepository } from "../repository.ts";
import { contract } from "./contract.ts";

contract("names", ({ known, netOf }) => {
  const odd = [
    " lead and trail ",
    "-rf",
    "--help",
    '"quoted"',
    "'single'",
    "a -> b",
    "back\\slash",
    "cr\rreturn",
    "end\r",
    "$(touch pwned)",
    ":(top)magic",
    "glob*[x]?",
    "new\nline",
    '"new\n"line\\',
    "tab\there",
    "é combined e\u0301",
    "文字",
    "😀 emoji",
    "\ufffd replacement",
  ];

  test("odd names are exact: untracked, staged, committed, modified and deleted", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    const bytewise = odd.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const paths = async (): Promise<string[]> => (await known(repository, { base })).changes.map(({ path }) => path);
    for (const name of odd) repository.write(name, `content of ${name}`);
    expect(await paths()).toEqual(bytewise);
    repository.git("add", "-A");
    expect(await paths()).toEqual(bytewise);
    repository.commit();
    expect(await paths()).toEqual(bytewise);
    for (const name of odd) repository.write(name, `other content of ${name}`);
    expect(await netOf(repository)).toEqual(bytewise.map((name) => `modified ${name} [unstaged]`));
    for (const name of odd) repository.remove(name);
    expect(await netOf(repository)).toEqual(bytewise.map((name) => `deleted ${name} [unstaged]`));
    expect(existsSync(join(repository.root, "pwned"))).toBe(false);
  });

  test("a renamed odd name keeps both ends apart", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "--", "a.txt", "new\nline -> b");
    expect(await netOf(repository)).toEqual(["renamed a.txt -> new\nline -> b [staged]"]);
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["renamed a.txt -> new\nline -> b [committed]"]);
  });

  test.skipIf(process.platform !== "linux")(
    "names that are not UTF-8 keep their bytes, and two of them stay two",
    async () => {
      const repository = makeRepository();
      const base = repository.git("rev-parse", "HEAD");
      const [one, two] = [Buffer.from("x\xff.txt", "latin1"), Buffer.from("x\xfe.txt", "latin1")];
      repository.writeBytes(one, "one\n");
      repository.writeBytes(two, "two\n");
      repository.write("é.txt");
      const check = async (): Promise<void> => {
        const { changes } = await known(repository, { base });
        expect(
          changes.map(({ path, pathBytes }) => [path, pathBytes && Buffer.from(pathBytes).toString("latin1")]),
        ).toEqual([
          ["x\ufffd.txt", "x\xfe.txt"],
          ["x\ufffd.txt", "x\xff.txt"],
          ["é.txt", undefined],
        ]);
      };
      await check();
      repository.commit();
      await check();
      repository.writeBytes(one, "changed\n");
      const { changes } = await known(repository);
      expect(changes.map(({ pathBytes }) => Buffer.from(pathBytes ?? []))).toEqual([one]);
    },
  );

  test("composed and decomposed names are two files", async () => {
    const repository = makeRepository();
    repository.git("config", "core.precomposeUnicode", "false");
    repository.write("\u00e9", "one\n");
    repository.write("e\u0301", "two\n");
    const { changes } = await known(repository);
    expect(changes.map(({ path }) => path)).toEqual(
      process.platform === "darwin" ? [expect.any(String)] : ["e\u0301", "\u00e9"],
    );
  });
});
