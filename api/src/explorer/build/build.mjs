// Builds `../files` from `source` and the packages pinned in package.json:
//   npm ci && npm run build
// Every file is served by the API itself; nothing is loaded from another host.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { licences } from "./licences.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const files = fileURLToPath(new URL("../files/", import.meta.url));
const modules = `${here}node_modules/`;

/** The web fonts of GraphiQL weigh half a megabyte; the reader's own fonts do. The icon font stays. */
const withoutWebFonts = {
  name: "without-web-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/@font-face\s*\{[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};

await rm(files, { recursive: true, force: true });
await mkdir(files, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: {
    explorer: "source/main.jsx",
    "editor.worker": `${modules}monaco-editor/esm/vs/editor/editor.worker.js`,
    "json.worker": `${modules}monaco-editor/esm/vs/language/json/json.worker.js`,
    "graphql.worker": `${modules}monaco-graphql/esm/graphql.worker.js`,
  },
  outdir: files,
  entryNames: "[name]",
  assetNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "file" },
  // The licence texts stand in one file of their own.
  legalComments: "none",
  metafile: true,
  plugins: [withoutWebFonts],
});
await writeFile(`${files}LICENCES.txt`, await licences(Object.keys(metafile.inputs), here));
