import type { Rule } from "../rule.ts";

/** Pictures, fonts, sound, film, three-dimensional models, and the files of the programs that draw them. */
export const ASSETS: readonly Rule[] = [
  {
    rule: "assets/picture",
    category: "assets",
    extensions:
      "png apng jpg jpeg jpe jfif gif svg svgz ico icns cur webp avif heic heif jxl bmp tif tiff tga dds ktx ktx2 hdr exr pbm pgm ppm pnm xpm xbm pcx qoi eps psd psb ai sketch fig xcf kra afdesign afphoto ora cdr wmf emf icon xd fzz",
  },
  {
    rule: "assets/font",
    category: "assets",
    extensions: "woff woff2 ttf otf eot ttc pfb pfm bdf pcf fnt sfd afm glyphs",
  },
  {
    rule: "assets/sound",
    category: "assets",
    extensions: "mp3 ogg oga opus wav flac m4a aac aif aiff wma mid midi sf2 caf",
  },
  { rule: "assets/film", category: "assets", extensions: "mp4 m4v webm mov avi mkv ogv wmv flv mpg mpeg cast srt vtt" },
  {
    rule: "assets/model",
    category: "assets",
    extensions:
      "fbx blend blend1 glb gltf dae 3ds max obj mtl stl ply usd usda usdz 3mf c4d abc mb lottie riv spine atlas step stp",
  },
];
