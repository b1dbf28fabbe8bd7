// Generates typed clients from the schema and the contract documents and compiles them, without a
// warning: graphql-codegen with TypeScript, and Relay. Needs no server.

import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const place = mkdtempSync(join(tmpdir(), "cfc-clients-"));
let failed = 0;

function runs(what, command, ...args) {
  const bin = join(here, "node_modules", ".bin", command);
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd: place, encoding: "utf8" });
  const said = `${stdout}${stderr}`;
  const holds = status === 0 && !/warn/i.test(said);
  if (!holds) failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds ? "" : `\n${said}`}`);
}

// Relay wants each operation in a module whose name begins its own.
function relayModule(file) {
  const text = readFileSync(join(place, "documents", file), "utf8").replace(/^#.*\n/gm, "");
  const module = file.replace(".graphql", "").replace(/^./, (letter) => letter.toUpperCase());
  const operations = text.split(/^(?=(?:query|mutation) )/m).filter((part) => part.trim());
  const tagged = operations.map((operation, at) => {
    const named = operation.replace(/^(query|mutation) (\w+)/, (_, kind, name) =>
      `${kind} ${module}${name === module ? "" : name}${kind === "query" ? "Query" : "Mutation"}`);
    return `export const operation${at} = graphql\`\n${named}\`;\n`;
  });
  writeFileSync(join(place, "src", `${module}.js`), `import { graphql } from "react-relay";\n${tagged.join("")}`);
}

try {
  cpSync(join(here, "..", "contract"), join(place, "documents"), { recursive: true });
  copyFileSync(join(here, "..", "..", "schema.graphql"), join(place, "schema.graphql"));
  for (const file of ["codegen.json", "relay.config.json"]) copyFileSync(join(here, file), join(place, file));
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  symlinkSync(join(here, "node_modules"), join(place, "node_modules"));
  runs("graphql-codegen generates", "graphql-codegen", "--config", "codegen.json");
  runs("TypeScript compiles it", "tsc", "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "typed.ts");
  mkdirSync(join(place, "src"));
  copyFileSync(join(here, "Municipalities.js"), join(place, "src", "Municipalities.js"));
  readdirSync(join(place, "documents")).filter((file) => file.endsWith(".graphql")).forEach(relayModule);
  runs("relay-compiler compiles", "relay-compiler");
} finally {
  rmSync(place, { recursive: true });
}
process.exit(failed ? 1 : 0);
