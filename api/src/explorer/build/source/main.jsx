import "./workers.js";
import "graphiql/style.css";
import "./explorer.css";
import { GraphiQL } from "graphiql";
import { useState } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import { Bar } from "./bar.jsx";
import { fetcherFor } from "./fetcher.js";

const WELCOME = `# Choose who you are and a sample document above, or write your own.
# Run with Ctrl-Enter; the book on the left opens the documentation.
{
  viewer {
    roles
  }
}
`;

const embedded = (id) => JSON.parse(document.getElementById(id).textContent);
const session = embedded("session");
const samples = embedded("samples");

// Kept outside of React: changing the token must not make GraphiQL load the schema anew.
let token = "";
const fetcher = fetcherFor(session.graphql, () => token);

function Explorer() {
  const [may, setMay] = useState("");
  const choose = (chosen) => {
    token = chosen.token;
    setMay(chosen.may ?? "");
  };
  const bar = <Bar roles={session.roles} samples={samples} may={may} onChoose={choose} />;
  return (
    <GraphiQL fetcher={fetcher} defaultQuery={WELCOME} defaultEditorToolsVisibility="variables">
      <GraphiQL.Logo>{createPortal(bar, document.getElementById("bar"))}</GraphiQL.Logo>
    </GraphiQL>
  );
}

createRoot(document.getElementById("explorer")).render(<Explorer />);
