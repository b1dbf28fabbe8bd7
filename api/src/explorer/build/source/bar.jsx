import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { Kind, parse } from "graphql";
import { useState } from "react";

/** The line above GraphiQL: who sends the requests, and documents to start from. */
export function Bar({ roles, samples, may, onChoose }) {
  return (
    <>
      <strong>Child Friendly Cities API</strong>
      {roles.length > 0 ? <RoleSwitch roles={roles} onChoose={onChoose} /> : <TokenField onChoose={onChoose} />}
      <SampleMenu samples={samples} />
      <span id="may">{may}</span>
    </>
  );
}

const PUBLIC = { token: "", may: "Sees what is public." };

function RoleSwitch({ roles, onChoose }) {
  const change = ({ target }) => onChoose(target.value === "" ? PUBLIC : roles[Number(target.value)]);
  return (
    <label>
      Role
      <select id="role" autoComplete="off" onChange={change}>
        <option value="">No token (public)</option>
        {roles.map(({ role, name }, index) => (
          <option key={role} value={index} data-role={role}>
            {role}: {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function TokenField({ onChoose }) {
  const change = ({ target }) => onChoose({ token: target.value.trim().replace(/^bearer\s+/i, "") });
  return (
    <label>
      Token
      <input id="token" type="password" autoComplete="off" spellCheck="false" placeholder="Paste a token, or leave empty (public)" onChange={change} />
    </label>
  );
}

/** Each sample opens in a tab of its own, so nothing that was written is lost. */
function SampleMenu({ samples }) {
  const [chosen, setChosen] = useState("");
  const { addTab, setOperationFacts, updateActiveTabValues } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const open = ({ target }) => {
    const sample = samples[Number(target.value)];
    addTab();
    queryEditor.setValue(sample.document);
    variableEditor.setValue(sample.variables);
    // The editors report what they hold a moment later; who runs it at once must not send the
    // operation's name of the tab before.
    const facts = operationFacts(sample.document);
    setOperationFacts(facts);
    updateActiveTabValues({ query: sample.document, variables: sample.variables, operationName: facts.operationName });
    setChosen("");
  };
  return (
    <label>
      Samples
      <select id="sample" value={chosen} disabled={!queryEditor || !variableEditor} onChange={open}>
        <option value="" disabled>
          Open a sample document
        </option>
        {samples.map(({ name }, index) => (
          <option key={name} value={index}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function operationFacts(text) {
  const documentAST = parse(text);
  const operations = documentAST.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return { documentAST, operations, operationName: operations[0]?.name?.value };
}
