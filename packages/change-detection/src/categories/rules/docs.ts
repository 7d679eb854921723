import { innerExtensionOf, stemOf, type PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";

const DOC_FOLDERS = /^(?:docs?|documentation|manual|userguide|user-guide|handbook|wiki)$/;
const isInDocs = ({ folders }: PathParts): boolean => folders.some((folder) => DOC_FOLDERS.test(folder));

/** Names of prose that are written in either case. */
const PROSE_STEM =
  /^(?:readme|unlicense|copying|authors|contributors|maintainers|changelog|changes|contributing|code_of_conduct|code-of-conduct|copyright|licen[cs]es?)$/;
/** Names that mean prose in capitals only: `scripts/install` and `support/` are something else. */
const PROSE_STEM_IN_CAPITALS =
  /^(?:NEWS|HISTORY|TODO|INSTALL|INSTALLING|HACKING|SECURITY|SUPPORT|GOVERNANCE|UPGRADE|UPGRADING|MIGRATING|CREDITS|THANKS|PATENTS|ROADMAP|FAQ|BUGS|RELEASE_NOTES|RELEASES|ABOUT|ACKNOWLEDGE?MENTS|NOTICE|COPYRIGHT|BACKERS|SPONSORS|PORTING|TRANSLATORS|DCO|CLA|CITATION|ANNOUNCE|WHATSNEW|RELNOTES|RELEASE-NOTES|DISCLAIMER|COMMITTERS|GUIDELINES|OWNERS_NOTES|DESIGN|NOTES|CODE_OF_CONDUCT)$/;
const LICENCE_NAME = /(?:^|[-_.])(?:licen[cs]es?|copying|notices?|unlicense|eula)(?:[-_.]|$)/;
const LICENCE_EXTENSION =
  /^(?:|md|markdown|txt|rst|adoc|rtf|pdf|html?|apache|mit|bsd\d?|gpl\d?|lgpl|isc|cc0|lesser|code|docs|theme|palette|nvidia|sublime|[23]|0|1|1-0|3-0|commercial|third-party|boost|mpl|ofl)$/;

const hasNoKind = (extension: string): boolean =>
  extension === "" ||
  /^(?:txt|text|md|markdown|rst|adoc|org|\d+|mit|apache|ja|jp|de|fr|es|ru|ko|kr|cn|zh|zh[-_](?:cn|tw)|pt|pt[-_]br|uk|tr|thunar|cygwin|win32|windows|linux|unix|macos|osx|debian|git|developer)$/.test(
    extension,
  );

const TEMPLATE_FOLDERS =
  /^(?:_?templates?|_?layouts?|_includes|_?partials|themes?|_theme|overrides|static|_static|public|js|css|components?|snippets|demos?|examples?|playground|src)$/;

/** Prose, licences, manuals, diagrams. Programs and styles that build the documents are code, their pictures are assets. */
export const DOCS: readonly Rule[] = [
  {
    rule: "docs/news-fragment",
    category: "docs",
    strength: "exception",
    folders: "newsfragments changelog.d changes.d changelogs .changes .changelog unreleased",
    // One note a file, named after the ticket and the kind of the change: newsfragments/123.feature
    holds: ({ folders, extension, name }) =>
      (/^(?:newsfragments|changelog\.d|changes\.d|\.changelog|\.changes|unreleased)$/.test(folders.at(-1) ?? "") ||
        (folders.includes("changelogs") && /^(?:fragments|unreleased)$/.test(folders.at(-1) ?? ""))) &&
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
    holds: ({ name, extension }) => stemOf(name).startsWith("readme") && extension !== "html" && extension !== "htm",
  },
  {
    rule: "docs/licence",
    category: "docs",
    holds: ({ name, extension, path }) =>
      LICENCE_NAME.test(name) && LICENCE_EXTENSION.test(extension) && !name.startsWith(".") && !path.endsWith("/"),
  },
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
      "md mdx markdown mdown mkd mkdn rst adoc asciidoc asc tex org rdoc textile wiki mediawiki creole texi texinfo txi dox mld cheatmd ronn scd me ms mdoc",
  },
  {
    rule: "docs/configured-prose",
    category: "docs",
    extensions: "in",
    holds: (parts) => /^(?:md|markdown|rst|adoc|texi|tex)$/.test(innerExtensionOf(parts)),
  },
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
      !/^(?:dot|gv|d2)$/.test(extension) || folders.some((folder) => DOC_FOLDERS.test(folder)),
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
  {
    rule: "docs/prose-name",
    category: "docs",
    holds: ({ name, exactName, extension }) => {
      const dot = exactName.indexOf(".", 1);
      const stem = dot === -1 ? exactName : exactName.slice(0, dot);
      return (
        ((PROSE_STEM.test(stemOf(name)) || stemOf(name).startsWith("readme")) && hasNoKind(extension)) ||
        (PROSE_STEM_IN_CAPITALS.test(stem) && hasNoKind(extension)) ||
        // COPYING-GPL, README.windows and the like, in capitals
        /^(?:README|COPYING|AUTHORS|NEWS|CHANGES|ChangeLog|CHANGELOG)[-_][\w-]+$|^README\.[A-Z]\w*$/.test(exactName)
      );
    },
  },
  {
    rule: "docs/man-page",
    category: "docs",
    extensions: "1 2 3 4 5 6 7 8 9 1m 3p 3pm n man in prebuilt",
    holds: (parts) => {
      const section = /^(?:in|prebuilt)$/.test(parts.extension) ? innerExtensionOf(parts) : parts.extension;
      if (section === "n") return isInDocs(parts) || parts.folders.includes("man");
      return /^(?:[1-9](?:m|p|pm)?|man)$/.test(section) && !/\.so\.|-?\d\.\d+$|\d\.\d/.test(parts.name);
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
    // What javadoc, doxygen and their like have written; other HTML in docs/ may be a template or a page with a program in it.
    rule: "docs/generated-reference",
    category: "docs",
    extensions: "html htm",
    holds: ({ folders }) =>
      folders.some((folder) =>
        /^(?:javadocs?|apidocs?|api-docs|doxygen|rdoc|yardoc|godoc|rustdoc|manpages?)$/.test(folder),
      ) && !folders.some((folder) => TEMPLATE_FOLDERS.test(folder)),
  },
  {
    rule: "docs/content-data",
    category: "docs",
    extensions: "yml yaml",
    holds: (parts) => isInDocs(parts) && parts.folders.some((folder) => folder === "content" || folder === "_data"),
  },
];
