import type { Rule } from "../rule.ts";

/** In src/ a file of such a name reads settings or holds those of the program. */
const TOOL_SETTINGS =
  /[-.](?:config|conf|rc)(?:\.[\w-]+)?\.(?:[cm]?[jt]sx?|json[c5]?)$|^(?:webpack|rollup|vite|esbuild|babel|jest|protractor|wdio)[-.](?:common|prod|production|dev|development|base|test|e2e|unit|integration|server|client|main|renderer|ssr|shared|dll|ci|local)(?:[-.]\w+)*\.(?:[cm]?[jt]s|json)$/;

/** Node.js, Deno, Bun, the browser and the frameworks on top. */
export const JAVASCRIPT: readonly Rule[] = [
  {
    rule: "javascript/lock-file",
    category: "dependencies",
    generated: true,
    names:
      "package-lock.json npm-shrinkwrap.json .package-lock.json pnpm-lock.yaml yarn.lock bun.lock bun.lockb deno.lock .pnp.cjs .pnp.js " +
      ".pnp.data.json .pnp.loader.mjs common-versions.json shrinkwrap.yaml jspm.lock esy.lock importmap.lock",
  },
  {
    rule: "javascript/manifest",
    category: "dependencies",
    names:
      "package.json package.json5 package.yaml pnpm-workspace.yaml .pnpmfile.cjs .pnpmfile.mjs bower.json jsr.json deno.json deno.jsonc " +
      "import_map.json import-map.json importmap.json component.json libman.json .meteor/packages esy.json",
  },
  {
    rule: "javascript/patch",
    category: "dependencies",
    extensions: "patch",
    // patches/x.patch of pnpm, patches/name+1.2.3.patch of patch-package
    holds: ({ folders, name }) => folders.at(-1) === "patches" && (folders.length === 1 || /[@+]\d/.test(name)),
  },
  {
    rule: "javascript/yarn-folder",
    category: "dependencies",
    folders: ".yarn",
  },
  {
    rule: "javascript/installed-packages",
    category: "dependencies",
    folders: "node_modules bower_components jspm_packages",
    holds: ({ name }) => !/\.(?:md|markdown|rst)$|^(?:licen[cs]e|readme|notice|copying|authors|changelog)/.test(name),
  },
  {
    rule: "javascript/test-file",
    category: "tests",
    extensions: "js mjs cjs jsx ts mts cts tsx vue svelte astro coffee",
    holds: ({ name }) =>
      /(?:[.-](?:tests?|specs?|e2e-spec)|\.(?:test-d|spec-d|bench|e2e|cy|unit|integration))\.(?:[cm]?[jt]sx?|vue|svelte|astro|coffee)$|_test\.[cm]?[jt]sx?$/.test(
        name,
      ),
  },
  {
    rule: "javascript/test-setup",
    category: "tests",
    extensions: "js mjs cjs ts mts cts tsx",
    holds: ({ name }) =>
      /^(?:(?:jest|vitest|test|tests)[-._]?(?:setup|global-setup|globals|polyfills)|setup-?tests?|global-setup|test-setup)\.[cm]?[jt]sx?$/.test(
        name,
      ),
  },
  {
    // Examples of components, with prose between them
    rule: "javascript/story",
    category: "code",
    strength: "docs",
    extensions: "mdx",
    holds: ({ name }) => /\.(?:stories|story)\.mdx$/.test(name),
  },
  { rule: "javascript/snapshot", category: "tests", extensions: "snap" },
  {
    rule: "javascript/tool-settings",
    category: "config",
    extensions: "js mjs cjs ts mts cts tsx json jsonc json5",
    // vite.config.ts, tsconfig.build.json, karma.conf.js, app.config.ts, metro.config.js, jest-e2e.json, webpack.common.js
    holds: ({ name, extension, folders }) =>
      /^(?:tsconfig|jsconfig)(?:[-_.][\w.-]+)?\.json[c5]?$/.test(name) ||
      (TOOL_SETTINGS.test(name) &&
        (extension.startsWith("json") || !folders.some((folder) => /^(?:src|lib)$/.test(folder)))),
  },
  {
    rule: "javascript/tool-settings",
    category: "config",
    names:
      "turbo.json turbo.jsonc nx.json lerna.json rush.json rush-project.json project.json workspace.json angular.json ionic.config.json " +
      "nest-cli.json vercel.json netlify.toml firebase.json wrangler.toml wrangler.jsonc wrangler.json now.json biome.json biome.jsonc " +
      "tslint.json jest.json cypress.json cypress.env.json nodemon.json typedoc.json api-extractor.json components.json app.json eas.json " +
      "gulpfile.js gulpfile.mjs gulpfile.ts gulpfile.babel.js gruntfile.js gruntfile.coffee jakefile.js karma.conf.js ecosystem.config.js " +
      "size-limit.json knip.json dprint.json oxlintrc.json cspell.json lint-staged.config.js lage.config.js electron-builder.yml " +
      "electron-builder.json web-test-runner.config.mjs ember-cli-build.js testem.js brocfile.js vue.config.js sidebars.js sidebars.ts " +
      "vercel.ts apphosting.yaml manifest.webmanifest site.webmanifest browserconfig.xml now.config.js bunfig.toml vitest.workspace.ts vitest.workspace.js vitest.workspace.json",
  },
  {
    rule: "javascript/source",
    category: "code",
    extensions:
      "js mjs cjs jsx ts mts cts tsx vue svelte astro coffee es6 litcoffee marko riot ls imba html htm xhtml css scss sass less styl pcss postcss " +
      "ejs hbs handlebars pug jade njk liquid mustache wasm wat graphql gql graphqls",
  },
];
