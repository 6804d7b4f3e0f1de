import { VaultError } from './vault-error.js';

/**
 * The one place a sealed value belongs to. It becomes the AAD, with the format version and the workspace, so that a
 * value moved to another row, rolled back to an earlier generation or copied to another workspace does not open.
 */
export type Binding =
  | { connection: string; slot: string; generation: number; part?: 'access' | 'refresh' | 'id' }
  | { connection: string; secret: string }
  | { attempt: string }
  | { integration: string; secret: string }
  | { authorization: string; secret?: string }
  | { idempotency: string }
  | { stream: string; secret: string }
  | { reportKey: string };

export const formatVersion = 1;

/** Never renumber: each number is inside the AAD of everything sealed so far. */
const kinds = {
  token: 1,
  landing: 2,
  integrationSecret: 3,
  authorization: 4,
  idempotency: 5,
  connectionSecret: 6,
  streamSecret: 12,
  reportKey: 7,
  workspaceKey: 64,
} as const;

type Field = string | number;

/** AAD of a sealed value: version, kind, workspace, then what the binding names. */
export function bindingAad(workspace: string, binding: Binding): Buffer {
  const [kind, fields] = describe(binding);
  return encode(kind, [workspace, ...fields]);
}

/** AAD of a workspace key's wrap. Only here is the KEK named, so that rotating it touches no sealed value. */
export function workspaceKeyAad(workspace: string, kekId: string): Buffer {
  return encode(kinds.workspaceKey, [kekId, workspace]);
}

function describe(binding: Binding): [kind: number, fields: Field[]] {
  if ('slot' in binding) {
    const fields = [binding.connection, binding.slot, binding.generation];
    return [kinds.token, binding.part === undefined ? fields : [...fields, binding.part]];
  }
  if ('attempt' in binding) return [kinds.landing, [binding.attempt]];
  if ('integration' in binding) return [kinds.integrationSecret, [binding.integration, binding.secret]];
  if ('connection' in binding) return [kinds.connectionSecret, [binding.connection, binding.secret]];
  if ('idempotency' in binding) return [kinds.idempotency, [binding.idempotency]];
  if ('stream' in binding) return [kinds.streamSecret, [binding.stream, binding.secret]];
  if ('reportKey' in binding) return [kinds.reportKey, [binding.reportKey]];
  const secret = binding.secret === undefined ? [] : [binding.secret];
  return [kinds.authorization, [binding.authorization, ...secret]];
}

/** Every field carries its length: without it `ab` + `c` and `a` + `bc` would be one AAD. */
function encode(kind: number, fields: Field[]): Buffer {
  const parts: Buffer[] = [Buffer.from([formatVersion, kind, fields.length])];
  for (const field of fields) {
    const bytes = typeof field === 'number' ? encodeNumber(field) : encodeText(field);
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

function encodeText(text: string): Buffer {
  // Lone surrogates all turn into the same UTF-8 bytes, so two different ids would share one AAD.
  if (typeof text !== 'string' || text === '' || !text.isWellFormed()) {
    throw new VaultError('binding-invalid', 'A binding names something by a non-empty, well-formed text.');
  }
  return Buffer.from(text, 'utf8');
}

function encodeNumber(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new VaultError('binding-invalid', 'A generation is a whole number that is not negative.');
  }
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
