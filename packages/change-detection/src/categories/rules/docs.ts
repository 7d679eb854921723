import { innerExtensionOf, stemOf, type PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";
import { wordSet } from "../word-set.ts";

const DOC_FOLDERS = wordSet("doc docs documentation manual userguide user-guide handbook wiki");
const isInDocs = ({ folders }: PathParts): boolean => folders.some((folder) => DOC_FOLDERS.has(folder));

/** Names of prose in either case. */
const PROSE_NAMES = wordSet(
  "readme license licence licenses licences unlicense copying copyright authors contributors maintainers changelog changes contributing code_of_conduct " +
    "code-of-conduct",
);
/** Names that mean prose in capitals only: `scripts/install`, `src/history` and `support` are something else. */
const PROSE_NAMES_IN_CAPITALS = wordSet(
  "ABOUT ACKNOWLEDGEMENTS ACKNOWLEDGMENTS ANNOUNCE ATTRIBUTION ATTRIBUTIONS BACKERS BUGS CITATION CLA COMMITTERS CREDITS DCO DESIGN DISCLAIMER FAQ GOVERNANCE GUIDELINES HACKING HISTORY " +
    "INSTALL INSTALLING MIGRATING NEWS NOTES NOTICE PATENTS PORTING RELEASES RELEASE-NOTES RELEASE_NOTES RELNOTES ROADMAP SECURITY SPONSORS SUPPORT THANKS TODO " +
    "TRANSLATORS UPGRADE UPGRADING WHATSNEW",
);
/** Where a name without extension is a program's: `script/licenses`, `bin/changelog`. */
const PROGRAM_FOLDERS = wordSet(
  "bin sbin script scripts tool tools hack dev util utils cmd libexec tasks hooks lib src ci shims exe commands",
);
/** What may follow such a name: formats of text, languages, systems. Any other ending may be a program's. */
const PROSE_ENDINGS = wordSet(
  "txt text md markdown rst adoc org mit apache ja jp de fr es ru ko kr cn zh zh-cn zh_cn zh-tw zh_tw pt pt-br pt_br uk tr thunar cygwin win32 windows linux unix " +
    "macos osx debian git developer",
);

const LICENCE_NAME = /(?:^|[-_.])(?:licen[cs]es?|copying|notices?|unlicense|eula)(?:[-_.]|$)/;
/** Formats of text, names of licences, and what a licence is for. */
const LICENCE_ENDINGS = wordSet(
  "md markdown txt rst adoc rtf pdf htm html apache mit bsd bsd2 bsd3 gpl gpl2 gpl3 lgpl isc cc0 lesser boost mpl ofl code docs theme palette nvidia sublime 0 1 2 3 " +
    "1-0 3-0 commercial third-party",
);

const HTML = /^html?$/;
const PAGE_FOLDERS = /^_?(?:templates?|views?|pages?|layouts?|partials?|includes?|components?|app|screens?)$/;

/** A program is seldom written in capitals, prose without extension often is: LICENSE-MIT, ChangeLog. */
const beginsInCapitals = (exactName: string): boolean => /^[A-Z]/.test(exactName);

/** Whether a name without extension is that of prose and not of a program that deals with it. */
const isProseWithoutExtension = ({ exactName, name, folders }: PathParts): boolean =>
  beginsInCapitals(exactName) || (PROSE_NAMES.has(name) && !PROGRAM_FOLDERS.has(folders.at(-1) ?? ""));

/** `release-notes` of `release-notes-3.1.txt`. */
function withoutVersion(stem: string): string {
  const last = stem.at(-1) ?? "";
  return last >= "0" && last <= "9" ? stem.replace(/[-_]v?\d+$/, "") : stem;
}

function isProseName(parts: PathParts): boolean {
  const { name, exactName, extension } = parts;
  const stem = withoutVersion(stemOf(name));
  const isKnown = PROSE_NAMES.has(stem) || PROSE_NAMES_IN_CAPITALS.has(exactName.slice(0, stem.length));
  if (extension === "") {
    // COPYING-GPL, README_FIRST
    const isVariant = /^(?:README|COPYING|AUTHORS|NEWS|CHANGES|CHANGELOG|ChangeLog)[-_]/.test(exactName);
    return (isKnown && isProseWithoutExtension(parts)) || isVariant;
  }
  // README.SETUP, CHANGES.1
  return (isKnown && (PROSE_ENDINGS.has(extension) || /^\d+$/.test(extension))) || /^README\.[A-Z]\w*$/.test(exactName);
}

/** Where HTML is part of a program, also among the pages of a generated reference. */
const TEMPLATE_FOLDERS = wordSet(
  "template templates _template _templates layout layouts _layout _layouts _includes partial partials _partials theme themes _theme overrides static _static public " +
    "js css component components snippet snippets demo demos example examples sample samples playground src lib internal pkg cmd app apps",
);
const REFERENCE_FOLDERS = wordSet(
  "javadoc javadocs apidoc apidocs api-docs doxygen rdoc yardoc godoc rustdoc manpage manpages",
);
const NEWS_FOLDERS = wordSet("newsfragments changelog.d changes.d .changes .changelog unreleased");

/** Prose, licences, manuals, diagrams. Programs and styles that build the documents are code, their pictures are assets. */
export const DOCS: readonly Rule[] = [
  {
    rule: "docs/news-fragment",
    category: "docs",
    strength: "exception",
    folders: "newsfragments changelog.d changes.d changelogs .changes .changelog unreleased",
    // One note a file, named after the ticket and the kind of the change: newsfragments/123.feature
    holds: ({ folders, extension, name }) =>
      (NEWS_FOLDERS.has(folders.at(-1) ?? "") || (folders.includes("changelogs") && folders.at(-1) === "fragments")) &&
      !name.startsWith(".") &&
      !/^(?:py|js|ts|sh|rb|go|toml|cfg|ini|json|j2|jinja|in)$/.test(extension) &&
      !/^(?:config|header|template)\./.test(name),
  },
  {
    rule: "docs/readme",
    category: "docs",
    strength: "ci",
    names: "readme",
    extensions: "md mdx markdown rst txt adoc asciidoc org rdoc pod textile html htm",
    holds: (parts) =>
      parts.extension === ""
        ? isProseWithoutExtension(parts)
        : /^readme(?:[-_.]|$)/.test(stemOf(parts.name)) && !parts.extension.startsWith("htm"),
  },
  {
    rule: "docs/licence",
    category: "docs",
    holds: (parts) => {
      const { name, extension, folders } = parts;
      if (!LICENCE_NAME.test(name) || name.startsWith(".")) return false;
      if (extension === "") return isProseWithoutExtension(parts);
      // A page of a program may show a notice, or the licence itself.
      if (HTML.test(extension))
        return /licen[cs]e|eula/.test(name) && !folders.some((folder) => PAGE_FOLDERS.test(folder));
      return LICENCE_ENDINGS.has(extension);
    },
  },
  // logo.svg.license of REUSE
  { rule: "docs/licence", category: "docs", extensions: "license licence" },
  {
    rule: "docs/licence-folder",
    category: "docs",
    folders: "licenses licences",
    holds: ({ extension, folders }) =>
      /^licen[cs]es$/.test(folders.at(-1) ?? "") && (extension === "" || extension === "txt" || /^\d/.test(extension)),
  },
  {
    rule: "docs/prose",
    category: "docs",
    extensions:
      "md mdx mdc markdown mdown mkd mkdn rst adoc asciidoc asc tex org rdoc textile wiki mediawiki creole texi texinfo txi dox mld cheatmd ronn sgml dbk docbook dita ditamap",
  },
  {
    rule: "docs/configured-prose",
    category: "docs",
    extensions: "in",
    holds: (parts) => /^(?:md|markdown|rst|adoc|texi|tex)$/.test(innerExtensionOf(parts)),
  },
  {
    // What an app's page in a store says
    rule: "docs/store-listing",
    category: "docs",
    extensions: "txt",
    holds: ({ folders }) => folders.includes("fastlane") && folders.includes("metadata"),
  },
  {
    rule: "docs/docbook",
    category: "docs",
    extensions: "xml",
    // XML in docs/ is DocBook, unless it is called after settings or lies among them.
    holds: (parts) =>
      isInDocs(parts) &&
      !/layout|config|setting|build|profile|suppress|catalog|sitemap|feed|schema|^(?:pom|web|rss|atom)\./.test(
        parts.name,
      ) &&
      !parts.folders.some((folder) => TEMPLATE_FOLDERS.has(folder) || /^(?:cfg|config|resources|res)$/.test(folder)),
  },
  {
    // Sandcastle's conceptual pages; .aml alone is a language of others as well.
    rule: "docs/conceptual-page",
    category: "docs",
    extensions: "aml",
    holds: isInDocs,
  },
  // .scd alone is SuperCollider's.
  { rule: "docs/man-page-source", category: "docs", extensions: "scd", holds: ({ name }) => /\.\d\.scd$/.test(name) },
  { rule: "docs/perl-pod", category: "docs", extensions: "pod", holds: ({ exactName }) => exactName.endsWith(".pod") },
  {
    rule: "docs/document",
    category: "docs",
    extensions: "pdf doc docx odt rtf epub pptx ppt odp pages bib djvu hlp chm po4a",
  },
  {
    rule: "docs/diagram",
    category: "docs",
    extensions: "puml plantuml iuml mmd mermaid drawio dio excalidraw dot gv d2 vsdx",
    holds: ({ extension, folders }) =>
      !/^(?:dot|gv|d2)$/.test(extension) || folders.some((folder) => DOC_FOLDERS.has(folder)),
  },
  {
    rule: "docs/plain-text",
    category: "docs",
    // CMakeLists.txt and robots.txt go before.
    strength: "code",
    extensions: "txt text",
    // Elsewhere a text file is as likely a word list that a program reads.
    holds: (parts) => parts.folders.length === 0 || isInDocs(parts),
  },
  { rule: "docs/prose-name", category: "docs", holds: isProseName },
  {
    rule: "docs/man-page",
    category: "docs",
    extensions: "1 2 3 4 5 6 7 8 9 1m 3p 3pm n man in prebuilt",
    holds: (parts) => {
      const section = /^(?:in|prebuilt)$/.test(parts.extension) ? innerExtensionOf(parts) : parts.extension;
      if (section === "n") return isInDocs(parts) || parts.folders.includes("man");
      return /^(?:[1-9](?:m|p|pm)?|man)$/.test(section) && !/\.(?:so|log)\.|\d\.\d/.test(parts.name);
    },
  },
  {
    rule: "docs/github",
    category: "docs",
    folders: ".github .gitlab .gitea .azuredevops",
    holds: ({ extension, name }) =>
      /^(?:md|markdown|rst|adoc)$/.test(extension) ||
      /^(?:issue|pull_request|merge_request)_template(?:\.txt)?$/.test(name),
  },
  {
    // A page of a manual or of a reference that javadoc, doxygen, jazzy and their like have written. HTML in a folder for templates,
    // styles, examples or sources is a program's, and so is a part of a page or of a component.
    rule: "docs/page",
    category: "docs",
    extensions: "html htm xhtml",
    holds: ({ folders, name }) =>
      folders.some((folder) => DOC_FOLDERS.has(folder) || REFERENCE_FOLDERS.has(folder)) &&
      !folders.some((folder) => TEMPLATE_FOLDERS.has(folder)) &&
      !/^_|^(?:base|layout|default|template)\.|\.(?:component|template|partial|tmpl)\./.test(name),
  },
  {
    rule: "docs/content-data",
    category: "docs",
    extensions: "yml yaml",
    holds: (parts) =>
      (isInDocs(parts) && parts.folders.some((folder) => folder === "content" || folder === "_data")) ||
      // Who writes in a blog and about what, as Docusaurus names it
      (parts.folders.at(-1) === "blog" && /^(?:authors|tags)\./.test(parts.name)),
  },
];
