import { innerExtensionOf, type PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";

const SUBMODULE_FOLDERS =
  /^(?:vendor|vendored|third[-_]?party|3rd-?party|submodules|extern|external|externals|modules)$/;

/** A name without extension right below vendor/ or the like is where a submodule is mounted. */
const isMountPoint = ({ folders, exactName, extension, name }: PathParts): boolean => {
  const [parent] = folders;
  return (
    folders.length === 1 &&
    parent !== undefined &&
    extension === "" &&
    SUBMODULE_FOLDERS.test(parent) &&
    /^[a-z0-9][\w-]*$/i.test(exactName) &&
    !/^(?:build|buck|makefile|readme|licen[cs]e|copying|notice|authors|version|owners|kconfig|metadata|patents|changelog)$/.test(
      name,
    )
  );
};

/** C, C++, Objective-C, CUDA and assembly, with CMake, autotools, Meson, Bazel, Buck, Conan and vcpkg. */
export const NATIVE: readonly Rule[] = [
  {
    rule: "native/lock-file",
    category: "dependencies",
    generated: true,
    names: "conan.lock module.bazel.lock",
  },
  {
    rule: "native/manifest",
    category: "dependencies",
    names:
      "vcpkg.json vcpkg-configuration.json conanfile.txt conanfile.py conandata.yml .gitmodules workspace workspace.bazel workspace.bzlmod module.bazel " +
      "meson.wrap west.yml cpmfile.cmake dependencies.cmake idf_component.yml library.json platformio.ini deps.bzl repositories.bzl",
    holds: ({ name, exactName, folders }) =>
      (name !== "workspace" || exactName === "WORKSPACE") && (name !== "library.json" || folders.length === 0),
  },
  { rule: "native/meson-wrap", category: "dependencies", extensions: "wrap" },
  {
    rule: "native/chromium-deps",
    category: "dependencies",
    names: "deps",
    holds: ({ exactName }) => exactName === "DEPS",
  },
  {
    rule: "git/submodule",
    category: "dependencies",
    folders:
      "vendor vendored third_party third-party thirdparty 3rdparty 3rd-party submodules extern external externals modules",
    holds: isMountPoint,
  },
  {
    rule: "native/test-file",
    category: "tests",
    extensions: "c cc cpp cxx h hh hpp m mm cu bzl",
    holds: ({ name, exactName }) =>
      /[-_](?:tests?|unittests?|gtest|benchtest)\.\w+$|^tests?[-_][\w-]+\.\w+$|^tests?\.\w+$/.test(name) ||
      /[a-z](?:Tests?|TestCase)\.(?:cc|cpp|cxx|mm?)$/.test(exactName),
  },
  {
    rule: "native/build-list",
    category: "config",
    names:
      "makefile gnumakefile makefile.am makefile.in makefile.inc cmakelists.txt cmakepresets.json cmakeusersettings.json cmakesettings.json configure.ac configure.in meson.build " +
      "meson_options.txt meson.options build.bazel sconstruct sconscript wscript xmake.lua premake5.lua premake4.lua kconfig kbuild doxyfile " +
      "doxyfile.in config.guess config.sub install-sh ltmain.sh depcomp aclocal.m4 build.ninja compile_commands.json compile_flags.txt jamfile jamroot " +
      "make.bat make.cmd nob.c sdkconfig.defaults makefile.win makevars makevars.win",
  },
  {
    rule: "native/build-list",
    category: "config",
    names: "build buck targets",
    holds: ({ exactName }) => exactName === exactName.toUpperCase(),
  },
  {
    rule: "native/build-list",
    category: "config",
    extensions: "cmake m4 am ac mk mak make bzl gn gni pri bazel ninja gyp gypi ld lds kconfig bazelrc vcproj dsp inc",
    holds: ({ name, extension }) => extension !== "inc" || name.startsWith("makefile"),
  },
  // Makefile.windows, OCamlMakefile; Kconfig.board and board_defconfig of Linux, U-Boot and Zephyr
  {
    rule: "native/build-list",
    category: "config",
    holds: ({ name, extension }) =>
      name.startsWith("makefile.")
        ? extension !== "pl"
        : name.endsWith("makefile") ||
          name.endsWith("defconfig") ||
          (name.startsWith("kconfig.") && !/^(?:nix|py|c|h|rs|go|[jt]s|rb|sh|pl|md|rst|txt)$/.test(extension)),
  },
  {
    rule: "native/configured-file",
    category: "config",
    extensions: "in cmakein",
    // Filled in by configure or CMake: settings, unless what comes out is a program.
    holds: (parts) =>
      /^(?:|am|ac|pc|h|hpp|cmake|cfg|conf|ini|json|xml|plist|spec|service|mk|rc|desktop|toml|yaml|yml|props|iss|nsi|txt|info|la|install|m4)$/.test(
        innerExtensionOf(parts),
      ),
  },
  {
    rule: "native/build-script",
    category: "config",
    names: "configure",
  },
  {
    rule: "native/build-script",
    category: "config",
    extensions: "sh bash bat cmd ps1",
    // Those of the whole project; elsewhere a script is a program.
    holds: ({ name, folders }) =>
      folders.length === 0 &&
      /^(?:compile|configure|autogen|bootstrap|build|make|package)(?:[-_][\w-]+)?\.\w+$/.test(name),
  },
  {
    rule: "native/build-script",
    category: "config",
    names: "autogen bootstrap buildconf",
    holds: ({ folders }) => folders.length === 0,
  },
  {
    rule: "native/source",
    category: "code",
    extensions:
      "c h cc hh cpp hpp cxx hxx c++ h++ ipp tpp inl ixx cppm m mm cu cuh s asm nasm l y ll yy lex yacc def idl odl proto thrift fbs capnp in ino pde rc x " +
      "glsl vert frag geom comp tesc tese hlsl fx metal wgsl cl ispc sv svh v vh vhd vhdl f f77 f90 f95 f03 f08 for ada adb ads pas pp dpr lpr cob cbl d di swg i td",
  },
];
