import type { PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";

const DATA_EXTENSIONS =
  "json json5 jsonc hjson yml yaml toml ini cfg cnf conf config properties xml plist env edn opts lock prefs settings editorconfig kdl sublime-project sublime-settings code-workspace pc repo appxmanifest alloy";
/** Folders whose data is content that the program reads, shows or sends, not settings of a tool. */
const CONTENT_FOLDERS =
  /^(?:_?data|_?locales?|i18n|intl|lang|langs|languages|l10n|translations?|messages|schemas?|templates?|tmpl|ext_tmpls|scaffolds?|skeletons?|cookiecutter)$/;
const isInHiddenFolder = ({ folders }: PathParts): boolean =>
  folders.some((folder) => folder.length > 2 && folder.startsWith(".") && !folder.startsWith(".."));

/** Settings that belong to no one ecosystem, and the fall-back for data files. */
export const CONFIG: readonly Rule[] = [
  {
    rule: "config/tool-file",
    category: "config",
    names:
      "justfile taskfile.yml taskfile.yaml taskfile.dist.yml cname codeowners owners owners_aliases security_contacts version.txt robots.txt humans.txt security.txt ads.txt pre-commit.yaml lefthook.yml lefthook.yaml " +
      "sonar-project.properties release-please-config.json release-please-manifest.json antora.yml antora-playbook.yml _config.yml _config.yaml hugo.toml hugo.yaml config.toml " +
      "docfx.json crowdin.yml crowdin.yaml typos.toml _typos.toml commitlint.yml mise.toml rtx.toml buf.yaml buf.gen.yaml buf.work.yaml sqlc.yaml atlas.hcl gcovr.cfg " +
      "_headers _redirects staticwebapp.config.json version maintainers.yaml readthedocs.yml lychee.toml vale.ini makefile.toml action.yml action.yaml",
    // scripts/version is a program; VERSION is not.
    holds: ({ name, exactName, folders }) => name !== "version" || exactName === "VERSION" || folders.length === 0,
  },
  {
    rule: "config/word-list",
    category: "config",
    extensions: "txt dic",
    // Of a spelling checker
    holds: ({ name }) =>
      /(?:^|[-_.])(?:words?|wordlist|dictionary|allowlist|spelling)\.(?:txt|dic)$/.test(name) &&
      !/^(?:words?|dictionary)\./.test(name),
  },
  {
    rule: "config/docs-navigation",
    category: "config",
    names: "_category_.json _category_.yml _meta.json _meta.js _meta.ts _toc.yml toc.yml .pages .nav.yml",
  },
  {
    rule: "config/licence-header",
    category: "config",
    folders: "spotless",
    holds: ({ name }) => /^(?:copyright|licen[cs]e|header)/.test(name),
  },
  {
    rule: "config/docker-file",
    category: "config",
    holds: ({ name }) => /^(?:dockerfile|containerfile)[-_.+]/.test(name),
  },
  { rule: "config/dot-file", category: "config", holds: ({ name }) => name.startsWith(".") && name !== ".ds_store" },
  {
    rule: "config/dot-folder",
    category: "config",
    // .vscode/, .devcontainer/, .husky/, .storybook/; a theme or plugin in .vitepress/ and the like is a program.
    holds: (parts) =>
      isInHiddenFolder(parts) &&
      !parts.folders.some((folder) =>
        /^(?:src|theme|themes|components?|plugins?|lib|composables|layouts?|scripts|hooks)$/.test(folder),
      ),
  },
  {
    rule: "code/content-data",
    category: "code",
    strength: "config",
    extensions: DATA_EXTENSIONS,
    // A data file that a program reads, shows or copies, such as cli/cli's ext_tmpls/*.yml.
    holds: ({ folders, path }) =>
      folders.some((folder) => CONTENT_FOLDERS.test(folder)) ||
      /tmpl|template|(?:^|\/)src\/[^/]+\/assets\//i.test(path),
  },
  {
    rule: "code/interface-description",
    category: "code",
    strength: "config",
    extensions: "json yaml yml xml",
    holds: ({ name }) =>
      /^(?:openapi|swagger|asyncapi)(?:[-_.][\w.-]*)?\.(?:json|ya?ml)$|[-.](?:schema|openapi|swagger)\.(?:json|ya?ml)$/.test(
        name,
      ),
  },
  { rule: "config/data", category: "config", extensions: DATA_EXTENSIONS },
  {
    rule: "config/installer",
    category: "config",
    extensions: "wxs wxi wxl nsi nsh iss reg inf rdp manifest webmanifest",
  },
];
