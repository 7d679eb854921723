/** What tags in a document define and point to. */
export interface HtmlTags {
  readonly anchors: readonly string[];
  readonly links: readonly { readonly kind: "link" | "image"; readonly url: string; readonly lineOffset: number }[];
}

const TAG = /<([a-z][a-z0-9-]*)\b((?:[^<>"']|"[^"]*"|'[^']*')*)>/gi;
const ATTRIBUTE = /([a-z][a-z0-9-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/** Reads ids, names and addresses out of HTML as it stands in documents; comments do not count. Pure. */
export function readTags(html: string): HtmlTags {
  const anchors: string[] = [];
  const links: { kind: "link" | "image"; url: string; lineOffset: number }[] = [];
  const visible = html.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, " "));
  for (const tag of visible.matchAll(TAG)) {
    const name = (tag[1] ?? "").toLowerCase();
    const lineOffset = visible.slice(0, tag.index).split("\n").length - 1;
    for (const [, attribute = "", ...values] of (tag[2] ?? "").matchAll(ATTRIBUTE)) {
      const value = values.find((one) => one !== undefined) ?? "";
      const key = attribute.toLowerCase();
      // Browsers look for names in links alone, but hosts of repositories let them through everywhere and scroll to them.
      if (key === "id" || key === "name") anchors.push(value);
      else if (key === "href" && name === "a") links.push({ kind: "link", url: value, lineOffset });
      else if (key === "src" && name === "img") links.push({ kind: "image", url: value, lineOffset });
    }
  }
  return { anchors, links };
}
