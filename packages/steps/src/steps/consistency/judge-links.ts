import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import type { MarkdownDocument } from "../../markdown/parse-document.ts";
import { printable } from "../../text/printable.ts";

/** What links may lead to. */
export interface LinkTargets {
  /** Whether a file of the repository has this path. */
  readonly hasFile: (path: string) => boolean;
  /** Whether a folder of the repository has this path; the root is the empty one. */
  readonly hasFolder: (path: string) => boolean;
  /** The path that differs only in the case of its letters. */
  readonly otherCase: (path: string) => string | undefined;
  /** The path of the only file with the name of this one. */
  readonly sameName: (path: string) => string | undefined;
  /** Whether it is there although git does not know it, such as what a build leaves or a submodule holds. */
  readonly isOnDisk: (path: string) => boolean;
  /** Anchors of a document of the repository; `undefined` where it is no document that can be read. */
  readonly anchorsOf: (path: string) => ReadonlySet<string> | undefined;
  /** Whether a program makes a site out of the documents of a folder and resolves their links in its own way. */
  readonly isSite: (document: string) => boolean;
}

/** A template, not an address: `{{ url }}`, `${url}`, `<url>`, `%s`, and what is left out. */
const PLACEHOLDER = /[{}<>$*|\\]|%[sd]|\.{3}|…|^(?:url|link|path|href|src|here|todo|tbd)$/i;
/** What all-contributors writes for contributions that no page shows: the kind and who it was. https://allcontributors.org/docs/en/emoji-key */
const CONTRIBUTION =
  /^#(?:a11y|audio|blog|business|content|data|design|eventOrganizing|example|financial|fundingFinding|ideas|infra|maintenance|mentoring|platform|plugin|projectManagement|promotion|question|research|security|talk|tool|translation|tutorial|userTesting|video)-\S+$/;
const SCHEME = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;
const WITHOUT_SCHEME = /^www\.[\w-]+\.\w/i;
/** What is tried after an address without ending, as sites do. */
const ENDINGS = ["", ".md", ".mdx", ".markdown", ".html", "/index.md", "/index.mdx", "/README.md", "/index.html"];

/** Findings about the links of one document. Pure. */
export function judgeLinks(file: string, document: MarkdownDocument, targets: LinkTargets): readonly Finding[] {
  const told = new Set<string>();
  const findings = document.links.flatMap(({ url, line, kind }) => {
    const finding = judgeLink(file, url, kind, document, targets);
    // A badge is an image in a link, and a table of contents may be there twice.
    if (finding === undefined || told.has(finding.message)) return [];
    told.add(finding.message);
    return [{ ...finding, file, line }];
  });
  return [...findings, ...(targets.isSite(file) ? [] : judgeLabels(file, document))];
}

function judgeLink(
  file: string,
  url: string,
  kind: "link" | "image",
  document: MarkdownDocument,
  targets: LinkTargets,
): Finding | undefined {
  if (url === "" || SCHEME.test(url) || PLACEHOLDER.test(url) || CONTRIBUTION.test(url)) return undefined;
  const [, address = "", anchor] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/s.exec(url) ?? [];
  if (address === "") {
    return anchor === undefined || hasAnchor(document.anchors, anchor, targets.isSite(file))
      ? undefined
      : deadAnchor(url, document.anchors, anchor);
  }
  const isSite = targets.isSite(file);
  const target = resolve(file, address);
  // `../../issues` leads out of the repository to the pages of its host; `/guide` of a site to whatever it serves there.
  if (target === undefined || (isSite && address.startsWith("/"))) return undefined;
  const found =
    isSite || address.endsWith("/")
      ? ENDINGS.map((ending) => target.replace(/\/$/, "") + ending).find(
          (one) => targets.hasFile(one) || targets.hasFolder(one),
        )
      : [target].find((one) => targets.hasFile(one) || targets.hasFolder(one));
  if (found === undefined) {
    if (isSite && !/\.(?:md|mdx|markdown|png|jpe?g|gif|svg|webp)$/i.test(target)) return undefined;
    // A generator may write `.html` where documents are, and folders of assets are its own.
    if (isSite && address.startsWith("@")) return undefined;
    if (targets.isOnDisk(target)) return undefined;
    const moved = targets.sameName(target);
    return deadLink({
      url,
      target,
      kind,
      isSite,
      otherCase: targets.otherCase(target),
      moved: moved === undefined ? undefined : path.posix.relative(path.posix.dirname(file), moved),
    });
  }
  if (anchor === undefined || anchor === "" || !/\.(?:md|markdown)$/i.test(found)) return undefined;
  const anchors = targets.anchorsOf(found);
  return anchors === undefined || isSite || hasAnchor(anchors, anchor, false)
    ? undefined
    : deadAnchor(url, anchors, anchor);
}

/** The path from the root of the repository; `undefined` where it leads out of it, or is none. */
function resolve(file: string, address: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(address);
  } catch {
    decoded = address;
  }
  if (decoded.includes("\0")) return undefined;
  const joined = decoded.startsWith("/")
    ? path.posix.normalize(decoded.slice(1))
    : path.posix.join(path.posix.dirname(file), decoded);
  if (joined === ".." || joined.startsWith("../") || joined.startsWith("/")) return undefined;
  const trimmed = joined.replace(/\/$/, "");
  return trimmed === "." ? "" : trimmed;
}

function deadLink({
  url,
  target,
  kind,
  isSite,
  otherCase,
  moved,
}: {
  readonly url: string;
  readonly target: string;
  readonly kind: "link" | "image";
  readonly isSite: boolean;
  readonly otherCase: string | undefined;
  /** Where a file of that name is, from the document. */
  readonly moved: string | undefined;
}): Finding {
  const what = kind === "image" ? "the image" : "the link";
  if (otherCase !== undefined) {
    return {
      rule: "link-case",
      severity: "warning",
      message: `${what} "${printable(url)}" differs in the case of its letters from what is there: "${printable(otherCase)}"`,
      suggestion: "write the path as the file is named: most hosts tell small letters from capitals",
    };
  }
  return {
    rule: kind === "image" ? "dead-image" : "dead-link",
    severity: isSite ? "warning" : "error",
    message: `${what} "${printable(url)}" leads nowhere: ${
      WITHOUT_SCHEME.test(url) ? "without `https://` it is a path" : `there is no "${printable(target)}"`
    }`,
    ...(moved === undefined ? {} : { suggestion: `"${printable(moved)}" is there` }),
  };
}

/**
 * GitHub finds anchors whatever their case and with a prefix of its own; `#L10` are lines, `#:~:text=` is the browser's. Programs that make
 * sites each have a way of their own to turn what is no letter into hyphens (`build.target` is `build-target` for one, `buildtarget` for
 * another), so that there letters and digits alone decide.
 */
function hasAnchor(anchors: ReadonlySet<string>, anchor: string, isSite: boolean): boolean {
  let decoded = anchor;
  try {
    decoded = decodeURIComponent(anchor);
  } catch {
    // It is taken as it stands.
  }
  if (decoded === "" || /^(?:top$|readme$|L\d|:~:|\/|!)|=/i.test(decoded)) return true;
  const wanted = decoded.replace(/^user-content-/, "").toLowerCase();
  for (const one of anchors) if (one.toLowerCase() === wanted) return true;
  if (!isSite || bare(wanted) === "") return false;
  for (const one of anchors) if (bare(one) === bare(wanted)) return true;
  return false;
}

/** The letters and digits of an anchor, without accents. */
function bare(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function deadAnchor(url: string, anchors: ReadonlySet<string>, anchor: string): Finding {
  const near = [...anchors].find((one) => bare(one) !== "" && bare(one) === bare(anchor));
  return {
    rule: "dead-anchor",
    severity: "warning",
    message: `the link "${printable(url)}" leads to no heading: nothing there has the anchor "${printable(anchor)}"`,
    ...(near === undefined ? {} : { suggestion: `"#${printable(near)}" is there` }),
  };
}

function judgeLabels(file: string, { undefinedLabels, redefinedLabels }: MarkdownDocument): readonly Finding[] {
  return [
    ...undefinedLabels.map(({ label, line }) => ({
      rule: "undefined-label",
      severity: "warning" as const,
      message: `"[${printable(label, 60)}]" is defined nowhere, so the link shows as text`,
      file,
      line,
    })),
    ...redefinedLabels.map(({ label, line, firstLine }) => ({
      rule: "redefined-label",
      severity: "warning" as const,
      message: `"[${printable(label, 60)}]" has another address in line ${firstLine}, and this one does not count`,
      file,
      line,
    })),
  ];
}
