import { describe, expect, test } from "vitest";
import { baseCandidates, type CiEvent } from "./base-candidates.ts";
import type { Base, ChangesUnknown } from "./change.ts";
import { chooseBase, type Comparison } from "./choose-base.ts";
import type { Environment } from "./environment.ts";

const HEAD = "f".repeat(40);
const OLD = "a".repeat(40);
const BEFORE = "b".repeat(40);
const ZEROS = "0".repeat(40);

interface Asked {
  /** What each revision leads to; what is not here is no commit. */
  readonly known: Readonly<Record<string, Comparison>>;
  readonly branches?: Readonly<Record<string, string>>;
  readonly environment?: Environment;
  readonly event?: CiEvent;
  readonly options?: { readonly base?: string; readonly lastSuccessful?: string };
  readonly isShallow?: boolean;
}

async function chosen(asked: Asked): Promise<Base | ChangesUnknown> {
  return chooseBase(
    {
      headOid: HEAD,
      isShallow: asked.isShallow ?? false,
      compare: async (rev) => asked.known[rev],
      localBranch: async (name) => asked.branches?.[name],
    },
    {
      headName: undefined,
      mode: "merge-base",
      candidates: baseCandidates(asked.options ?? {}, asked.environment ?? {}, asked.event),
    },
  );
}

const at = (oid: string): Comparison => ({ baseOid: oid, mergeBase: oid });
const REMOTE = "refs/remotes/origin/HEAD";

describe("chooseBase()", () => {
  test("a push to the default branch counts from where it began", async () => {
    const atTip = { known: { [REMOTE]: at(HEAD), [BEFORE]: { baseOid: BEFORE, mergeBase: OLD } } };
    expect(await chosen({ ...atTip, event: { before: BEFORE } })).toEqual({ oid: BEFORE, ref: BEFORE, how: "push" });
    expect(await chosen({ ...atTip, environment: { CI_COMMIT_BEFORE_SHA: BEFORE } })).toMatchObject({ how: "push" });
    expect(await chosen(atTip)).toMatchObject({ oid: HEAD, how: "remote-default" });
  });

  test("a push to another branch counts from where that left the default branch", async () => {
    const known = { [REMOTE]: { baseOid: BEFORE, mergeBase: OLD }, [BEFORE]: at(BEFORE) };
    expect(await chosen({ known, event: { before: BEFORE } })).toMatchObject({ oid: OLD, how: "remote-default" });
  });

  test.each([
    ["zeros", ZEROS],
    ["a commit that is gone", BEFORE],
  ])("a push from %s at the tip is not known, never an empty list", async (_, before) => {
    const base = await chosen({ known: { [REMOTE]: at(HEAD) }, event: { before } });
    expect(base).toMatchObject({ known: false, code: "vanished-base" });
    expect("known" in base && before === ZEROS && base.remedy.includes("fetch")).toBe(false);
  });

  test("where no default branch can be seen, too, a push is not taken for nothing", async () => {
    expect(await chosen({ known: {}, event: { before: ZEROS } })).toMatchObject({ code: "vanished-base" });
    expect(await chosen({ known: {} })).toEqual({ oid: HEAD, ref: "HEAD", how: "head" });
  });

  test("the last success goes before defaults, the next one where the first is gone", async () => {
    const known = { [OLD]: at(OLD), [REMOTE]: at(HEAD) };
    const environment = { GIT_PREVIOUS_SUCCESSFUL_COMMIT: OLD };
    expect(await chosen({ known, environment })).toEqual({ oid: OLD, ref: OLD, how: "last-successful" });
    const options = { lastSuccessful: BEFORE };
    expect(await chosen({ known, environment, options })).toMatchObject({ oid: OLD });
    expect(await chosen({ known: { [REMOTE]: at(HEAD) }, options })).toMatchObject({ code: "vanished-base" });
  });

  test("what CI names and is not there is a problem, whatever else would do", async () => {
    const known = { [REMOTE]: at(OLD), [OLD]: at(OLD) };
    const options = { lastSuccessful: OLD };
    expect(await chosen({ known, options, environment: { GITHUB_BASE_REF: "gone" } })).toMatchObject({
      code: "unknown-ref",
      remedy: "git fetch origin +refs/heads/gone:refs/remotes/origin/gone",
    });
  });

  test("in a shallow clone a remedy names the setting of the usual cause, behind the command", async () => {
    const environment = { GITHUB_BASE_REF: "main" };
    expect(await chosen({ known: {}, isShallow: true, environment })).toMatchObject({
      remedy:
        "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main # in GitHub Actions: actions/checkout with fetch-depth: 0",
    });
  });

  test("a base that may be a branch of another remote is fetched from there, too", async () => {
    const remedy = async (base: string): Promise<unknown> => {
      const problem = await chosen({ known: {}, options: { base } });
      return "known" in problem && problem.remedy;
    };
    expect(await remedy("upstream/main")).toBe(
      "git fetch origin +refs/heads/upstream/main:refs/remotes/origin/upstream/main # if upstream is a remote: git fetch upstream",
    );
    expect(await remedy("origin/a/b")).toBe("git fetch origin +refs/heads/a/b:refs/remotes/origin/a/b");
  });

  test("a named base that shares no commit says whether more history may help", async () => {
    const asked = { known: { main: { baseOid: OLD, mergeBase: undefined } }, options: { base: "main" } };
    expect(await chosen(asked)).toMatchObject({ code: "no-merge-base" });
    expect(await chosen({ ...asked, isShallow: true })).toMatchObject({ code: "shallow" });
  });

  test("local main serves where there is no remote, and HEAD on main itself", async () => {
    const known = { "refs/heads/main": { baseOid: BEFORE, mergeBase: OLD } };
    expect(await chosen({ known, branches: { main: BEFORE } })).toEqual({
      oid: OLD,
      ref: "main",
      how: "default-branch",
    });
    expect(await chosen({ known, branches: { main: HEAD } })).toMatchObject({ oid: HEAD, how: "head" });
  });

  test("in CI a shallow clone in which nothing is named is not known, elsewhere and with history it is HEAD", async () => {
    const atTip = { known: {}, branches: { main: HEAD }, isShallow: true };
    for (const CI of ["true", "1", "woodpecker"]) {
      expect(await chosen({ ...atTip, environment: { CI } })).toMatchObject({ known: false, code: "shallow" });
    }
    const head = { oid: HEAD, ref: "HEAD", how: "head" };
    for (const CI of ["", "false", "0"]) expect(await chosen({ ...atTip, environment: { CI } })).toEqual(head);
    expect(await chosen({ ...atTip, isShallow: false, environment: { CI: "true" } })).toEqual(head);
    const options = { base: "HEAD" };
    expect(await chosen({ ...atTip, known: { HEAD: at(HEAD) }, options, environment: { CI: "true" } })).toMatchObject({
      oid: HEAD,
      how: "explicit",
    });
  });
});
