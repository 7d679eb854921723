import type { Rule } from "../rule.ts";

/** Unity, Godot, Unreal and GameMaker. */
export const GAMES: readonly Rule[] = [
  { rule: "unity/lock-file", category: "dependencies", generated: true, names: "packages-lock.json" },
  {
    rule: "unity/manifest",
    category: "dependencies",
    names: "manifest.json",
    holds: ({ folders }) => folders.at(-1) === "packages",
  },
  {
    rule: "unity/settings",
    category: "config",
    extensions: "asset txt meta asmdef asmref inputactions rsp",
    holds: ({ folders, extension }) =>
      /^(?:meta|asmdef|asmref|inputactions|rsp)$/.test(extension) || folders.includes("projectsettings"),
  },
  { rule: "unity/settings", category: "config", folders: "usersettings projectsettings" },
  {
    // .mat is MATLAB's data elsewhere.
    rule: "unity/material",
    category: "assets",
    extensions: "mat",
    holds: ({ folders }) => folders.some((folder) => /^(?:assets|materials?|packages)$/.test(folder)),
  },
  {
    rule: "godot/settings",
    category: "config",
    names: "project.godot export_presets.cfg",
    extensions: "import uid gdextension gdnlib godot",
  },
  { rule: "unreal/settings", category: "config", extensions: "uproject uplugin" },
  {
    // Scenes and prefabs wire programs together, so they count as programs.
    rule: "games/scene",
    category: "code",
    extensions:
      "unity prefab scenetemplate asset playable controller overridecontroller tscn scn tres res gd gdshader gdshaderinc gdns shader shadergraph shadersubgraph cginc compute usf ush gml yy uxml uss vfx visualscript",
  },
  {
    rule: "games/asset",
    category: "assets",
    extensions:
      "uasset umap mask anim physicmaterial physicsmaterial2d guiskin fontsettings flare mixer rendertexture cubemap terrainlayer lighting spriteatlas tmx aseprite ase",
  },
];
