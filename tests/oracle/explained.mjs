// Where the server and graphql-js disagree and the server is right, or where neither is wrong. Each
// entry has the reason, and says as narrowly as it can which disagreements it explains. The list
// may only shrink: what is new is a fault of the server or of the oracle, and is mended there.

export const EXPLAINED = [];
