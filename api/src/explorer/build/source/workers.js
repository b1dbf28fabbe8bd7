// Monaco asks for its workers by label; all three are files beside this one.
const folder = new URL(".", document.currentScript.src);
const NAMES = { json: "json.worker.js", graphql: "graphql.worker.js" };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(new URL(NAMES[label] ?? "editor.worker.js", folder), { name: label }),
};
