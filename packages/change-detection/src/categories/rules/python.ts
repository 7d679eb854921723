import type { PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";

const REQUIREMENTS_NAME = /^(?:[\w.]+[-_.])?(?:requirements?|constraints)(?:[-_.]|$)/;
const REQUIREMENTS_FOLDER = /^requirements?(?:[-_]|$)/;

const isRequirements = ({ name, folders }: PathParts): boolean =>
  REQUIREMENTS_NAME.test(name) || folders.some((folder) => REQUIREMENTS_FOLDER.test(folder));

/** Python, with conda and the notebooks of data science. */
export const PYTHON: readonly Rule[] = [
  {
    rule: "python/lock-file",
    category: "dependencies",
    generated: true,
    names: "uv.lock poetry.lock pdm.lock pipfile.lock conda-lock.yml conda-lock.yaml pixi.lock pylock.toml pants.lock",
  },
  {
    rule: "python/lock-file",
    category: "dependencies",
    extensions: "toml",
    holds: ({ name }) => /^pylock\.[\w-]+\.toml$/.test(name),
  },
  {
    rule: "python/manifest",
    category: "dependencies",
    names: "pyproject.toml setup.py pipfile environment.yml environment.yaml conda.yml conda.yaml pixi.toml",
  },
  {
    rule: "python/manifest",
    category: "dependencies",
    extensions: "yml yaml",
    // environment-dev.yml of conda; meta.yaml of a conda recipe
    holds: ({ name, folders }) =>
      /^(?:environment|conda)[-_][\w.-]+\.ya?ml$/.test(name) ||
      (name === "meta.yaml" && folders.some((folder) => /^(?:conda|recipes?|conda[-.]recipe)$/.test(folder))),
  },
  { rule: "python/requirements", category: "dependencies", extensions: "txt in pip lock", holds: isRequirements },
  {
    rule: "python/test-file",
    category: "tests",
    extensions: "py pyi ipynb",
    holds: ({ name }) => /^test_|_tests?\.py$|^conftest\.py$|^tests\.py$/.test(name),
  },
  {
    // The settings of Sphinx: the one program that belongs to the prose around it. Plugins and themes beside it are code.
    rule: "python/sphinx-settings",
    category: "docs",
    names: "conf.py",
    holds: ({ folders }) => folders.some((folder) => /^docs?$|^documentation$|^sphinx$/.test(folder)),
  },
  {
    rule: "python/tool-settings",
    category: "config",
    names:
      "setup.cfg tox.ini noxfile.py manifest.in mypy.ini pytest.ini pytest.toml ruff.toml pylintrc pyrightconfig.json pants.toml pants.ci.toml hatch.toml " +
      "tasks.py dodo.py fabfile.py mkdocs.yml mkdocs.yaml zensical.toml alembic.ini uwsgi.ini gunicorn.conf.py gunicorn_config.py " +
      "py.typed runtime.txt apt.txt setup_build.py pdm.toml poetry.toml uv.toml cibuildwheel.toml towncrier.toml",
    holds: ({ name, folders }) => !/^(?:tasks|runtime|apt)\./.test(name) || folders.length === 0,
  },
  {
    rule: "python/source",
    category: "code",
    extensions: "py pyi pyx pxd pxi pyw ipynb bzl sage pth j2 jinja jinja2 mako",
  },
];
