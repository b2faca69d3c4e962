/** The API reference as plain data: made on the server, so that no schema reaches the browser. */

export interface FieldDoc {
  name: string;
  /** How deep inside the body; list items and members count one level each. */
  depth: number;
  type: string;
  /** Name of a schema described once, at the end. */
  schema?: string;
  isRequired: boolean;
  note: string;
}

export interface OperationDoc {
  name: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  /** "Read", "Anyone who is signed in", "Anyone". */
  access: string;
  status: number;
  gates: string[];
  query: FieldDoc[];
  headers: FieldDoc[];
  /** The largest body in bytes; null when it takes none. */
  bodyLimit: number | null;
  body: FieldDoc[];
  bodyTypes: string[];
  response: FieldDoc[];
  responseTypes: string[];
  errors: { code: string; status: number; title: string }[];
  /** Everything of the request after the address; null when it takes no body. */
  sample: { type: string; text: string } | null;
}

export interface SchemaDoc {
  name: string;
  fields: FieldDoc[];
}

export interface Reference {
  operations: OperationDoc[];
  schemas: SchemaDoc[];
  /** What every operation can answer beside its own errors. */
  common: { code: string; status: number; title: string }[];
}
