// Collects the licence texts of every package whose code is in the built files.
import { readFile, readdir } from "node:fs/promises";

const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices)([.-].*)?$/i;

/** Packages that leave the text out stand under the licence of the project they are a part of. */
const PART_OF = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};

/** `inputs`: the paths esbuild read, relative to `root`. */
export async function licences(inputs, root) {
  const folders = new Set(inputs.map(packageFolder).filter(Boolean));
  const texts = await Promise.all([...folders].sort().map((folder) => licence(`${root}${folder}`)));
  const unique = [...new Set(texts)];
  const head = "Third-party software in the files of this folder, with its licences.\n";
  return [head, ...unique].join(`\n${"-".repeat(78)}\n\n`);
}

function packageFolder(input) {
  return input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const names = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
  if (names.length === 0 && !(name in PART_OF)) throw new Error(`${name} carries no licence text`);
  const part = names.length === 0 ? `A part of ${PART_OF[name]}, and under its licence.` : "";
  const texts = await Promise.all(names.map((file) => readFile(`${folder}/${file}`, "utf8")));
  const body = [part, ...texts.map((text) => text.trim())].filter(Boolean).join("\n\n");
  return `${name} ${version} (${license})\n\n${body.replace(/\r/g, "")}\n`;
}
