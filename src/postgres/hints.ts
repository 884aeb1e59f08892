/**
 * What to do about a failure, by its code, where the server leaves that open.
 *
 * @since 0.1.0
 */

const mismatch =
  "The table is not what the statement expects: compare it with the model, and look for a migration that has not run."
const certificate =
  "The server's certificate isn't trusted: give the authority that signed it, as `ssl: { ca }` or `sslrootcert` in the url."
const prepared =
  "A pooler between the program and the server doesn't keep prepared statements: let it, or give the Layer `prepare: false`."
const room = "The server lacks memory, disk or another resource: free some, or do less in one statement."

/** What to do, by the SQLSTATE of a server, or the code of Node's TLS. */
export const hints: ReadonlyMap<string, string> = new Map([
  ["3D000", "Create the database, or name another one."],
  ["26000", prepared],
  [
    "28000",
    "The server lets this user not in from here: look at its pg_hba.conf, and whether it asks for TLS (`ssl: true`)."
  ],
  ["28P01", "Give the right user and password."],
  ["42501", "The user may not do this: GRANT it the right, or connect as another user."],
  ["42703", mismatch],
  [
    "42704",
    "There is no such type: create it, or the extension that has it (CREATE EXTENSION), in a migration before."
  ],
  ["42804", mismatch],
  [
    "42883",
    "There is no such function or operator for these types: cast the values, or create the extension that has it."
  ],
  ["42P01", "Create it before: by Session.createTables, or by a migration."],
  ["42P05", prepared],
  ["53000", room],
  ["53100", room],
  ["53200", room],
  ["53300", "All connections of the server are taken: make the pools smaller, or raise its max_connections."],
  ["54000", "The statement is beyond a limit of the server: do it in several smaller ones."],
  ["55000", "Something else has to be done before: the message says what."],
  ["55006", "Somebody else uses it: end their connections, and try again."],
  ["57014", "Something ended the statement before it was done; it can be run again."],
  ["57P03", "The server starts or stops: try again in a moment."],
  ["CERT_HAS_EXPIRED", "The server needs a new certificate."],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", certificate],
  ["SELF_SIGNED_CERT_IN_CHAIN", certificate],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", certificate],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", certificate],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "The certificate is for another name: connect by that, or say it as `ssl: { servername }`."
  ]
])
