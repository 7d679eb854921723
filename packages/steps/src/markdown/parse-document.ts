import GithubSlugger from "github-slugger";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { frontmatter } from "micromark-extension-frontmatter";
import { gfm } from "micromark-extension-gfm";
import { readTags } from "./read-tags.ts";

type Root = ReturnType<typeof fromMarkdown>;
/** A document and whatever can be in one. */
type Nodes = Root | Root["children"][number];
type Definition = Extract<Nodes, { readonly type: "definition" }>;
type Heading = Extract<Nodes, { readonly type: "heading" }>;

/** A heading with the anchor that GitHub gives it. */
export interface DocumentHeading {
  readonly depth: number;
  readonly text: string;
  readonly line: number;
  readonly slug: string;
}

/** An address that a document points to. */
export interface DocumentLink {
  readonly kind: "link" | "image";
  readonly url: string;
  readonly line: number;
}

/** A code block that says or does not say its language. */
export interface DocumentSample {
  /** In small letters; `undefined` where none is claimed. */
  readonly language: string | undefined;
  readonly code: string;
  /** Line of the fence; the code begins one below. */
  readonly line: number;
}

/** What is read out of a document. */
export interface MarkdownDocument {
  readonly headings: readonly DocumentHeading[];
  /** Whatever `#…` can lead to: slugs of headings, and ids and names in HTML. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly DocumentLink[];
  readonly samples: readonly DocumentSample[];
  /** Links such as `[text][label]` whose label nothing defines. */
  readonly undefinedLabels: readonly { readonly label: string; readonly line: number }[];
  /** Labels that are defined again with another address, which does not count. */
  readonly redefinedLabels: readonly { readonly label: string; readonly line: number; readonly firstLine: number }[];
}

/** Reads a document as GitHub does: CommonMark with its extensions, and front matter. Pure. */
export function parseDocument(text: string): MarkdownDocument {
  const tree: Root = fromMarkdown(text, {
    extensions: [gfm(), frontmatter(["yaml", "toml"])],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(["yaml", "toml"])],
  });
  const slugger = new GithubSlugger();
  const headings: DocumentHeading[] = [];
  const anchors = new Set<string>();
  const links: DocumentLink[] = [];
  const samples: DocumentSample[] = [];
  const undefinedLabels: { label: string; line: number }[] = [];
  const redefinedLabels: { label: string; line: number; firstLine: number }[] = [];
  const definitions = new Map<string, Definition>();

  for (const node of nodesOf(tree)) {
    const line = node.position?.start.line ?? 1;
    if (node.type === "heading") readHeading(node, line);
    else if (node.type === "link" || node.type === "image") links.push({ kind: node.type, url: node.url, line });
    else if (node.type === "definition") readDefinition(node, line);
    else if (node.type === "code") samples.push({ language: languageOf(node.lang), code: node.value, line });
    else if (node.type === "html") readHtml(node.value, line);
    else if (node.type === "text") undefinedLabels.push(...labelsIn(sourceOf(node, text), line));
  }
  return { headings, anchors, links, samples, undefinedLabels, redefinedLabels };

  function readDefinition(node: Definition, line: number): void {
    links.push({ kind: "link", url: node.url, line });
    const first = definitions.get(node.identifier);
    if (first === undefined) definitions.set(node.identifier, node);
    else if (first.url !== node.url) {
      redefinedLabels.push({ label: node.label ?? "", line, firstLine: first.position?.start.line ?? 1 });
    }
  }

  function readHtml(html: string, line: number): void {
    const tags = readTags(html);
    for (const anchor of tags.anchors) anchors.add(anchor);
    for (const one of tags.links) links.push({ kind: one.kind, url: one.url, line: line + one.lineOffset });
  }

  function readHeading(node: Heading, line: number): void {
    const whole = textOf(node);
    // Sites let a heading name its anchor: `## Title {#anchor}`.
    const own = /\s*\{#([^\s{}]+)\}\s*$/.exec(whole);
    const title = own === null ? whole : whole.slice(0, own.index);
    const slug = slugger.slug(title);
    headings.push({ depth: node.depth, text: title.trim(), line, slug });
    anchors.add(slug);
    // Whether the blank behind `<a id="…"></a>` leaves a dash depends on who renders it.
    const [first] = node.children;
    if (first?.type === "html" && /^<a[\s>]/i.test(first.value)) anchors.add(slug.replace(/^-+/, ""));
    if (own?.[1] !== undefined) {
      anchors.add(own[1]);
      anchors.add(slugger.slug(whole));
    }
  }
}

/** Every node in the order of the document, however deep. */
function* nodesOf(root: Root): Generator<Nodes> {
  const open: Nodes[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    if ("children" in node) open.push(...(node.children as readonly Nodes[]).toReversed());
  }
}

/** The text that a reader sees; images have none. */
function textOf(root: Nodes): string {
  let text = "";
  const open: Nodes[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "text" || node.type === "inlineCode") text += node.value;
    else if (node.type === "break") text += " ";
    if ("children" in node) open.push(...(node.children as readonly Nodes[]).toReversed());
  }
  return text;
}

function languageOf(lang: string | null | undefined): string | undefined {
  const name = (lang ?? "").split(/[\s,{:]/)[0]?.toLowerCase() ?? "";
  return name === "" ? undefined : name;
}

function sourceOf(node: Nodes, text: string): string {
  return text.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
}

/** `[text][label]` that stayed text; `list[i][j]`, `[0][1]` and what is escaped are no links. */
function labelsIn(source: string, line: number): readonly { label: string; line: number }[] {
  return [...source.matchAll(/(?<![\w\])\\!$])\[([^[\]\n]{2,})\]\[([^[\]\n]{2,})\](?![[(])/g)].flatMap((match) => {
    const label = match[2] ?? "";
    if (/\\$|^[\d\W]+$|^\^/.test(label) || /^[\d\W]+$/.test(match[1] ?? "")) return [];
    // `[tab][tab]` are keys, twice; a link that is named as its label is written `[label]`.
    if (label === match[1]) return [];
    return [{ label, line: line + source.slice(0, match.index).split("\n").length - 1 }];
  });
}
