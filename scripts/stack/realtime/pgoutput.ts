// Decodes PostgreSQL's logical replication messages (plugin pgoutput, protocol version 1). Pure; replication.ts reads
// them from a connection. Format: PostgreSQL documentation, "Logical Replication Message Formats".

/** A table as the stream describes it before its first change. */
export interface Relation {
  oid: number;
  schema: string;
  table: string;
  columns: { name: string; typeOid: number }[];
}

/** Column values as PostgreSQL prints them; a large value that an update did not touch is not there at all. */
export type TextRow = Record<string, string | null>;

/** One change of one row. */
export interface Change {
  type: "INSERT" | "UPDATE" | "DELETE";
  relation: Relation;
  /** The row after the change; null for DELETE. */
  record: TextRow | null;
  /** What is known of the row before: its key, or all of it with replica identity full; null when that did not change. */
  oldRecord: TextRow | null;
  /** Its transaction, and when that committed. */
  transaction: number;
  committedAt: Date;
}

/** Microseconds from 1970 to 2000, where PostgreSQL's clock starts. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/** Turns a stream of messages into changes; keeps the descriptions of tables between them. */
export class PgOutputDecoder {
  #relations = new Map<number, Relation>();
  #transaction = 0;
  #committedAt = new Date(0);

  /** @returns the change that a message carries, or null when it carries none */
  decode(message: Uint8Array): Change | null {
    const reader = new MessageReader(message);
    switch (reader.char()) {
      case "B":
        reader.skip(8);
        this.#committedAt = new Date(EPOCH_MS + Number(reader.int64() / 1000n));
        this.#transaction = reader.int32();
        return null;
      case "R":
        this.#relation(reader);
        return null;
      case "I":
        return this.#change("INSERT", reader);
      case "U":
        return this.#change("UPDATE", reader);
      case "D":
        return this.#change("DELETE", reader);
      default:
        return null;
    }
  }

  #relation(reader: MessageReader) {
    const oid = reader.int32();
    const schema = reader.string() || "pg_catalog";
    const table = reader.string();
    reader.skip(1);
    const columns = Array.from({ length: reader.int16() }, () => {
      reader.skip(1);
      const column = { name: reader.string(), typeOid: reader.int32() };
      reader.skip(4);
      return column;
    });
    this.#relations.set(oid, { oid, schema, table, columns });
  }

  #change(type: Change["type"], reader: MessageReader): Change {
    const relation = this.#relations.get(reader.int32())!;
    const change: Change = {
      type,
      relation,
      record: null,
      oldRecord: null,
      transaction: this.#transaction,
      committedAt: this.#committedAt,
    };
    while (!reader.ended()) {
      const kind = reader.char();
      const row = this.#row(relation, reader, kind === "K");
      if (kind === "N") change.record = row;
      else change.oldRecord = row;
    }
    return change;
  }

  /** @param keyOnly the row has its key's columns only, and nulls elsewhere mean nothing */
  #row(relation: Relation, reader: MessageReader, keyOnly: boolean): TextRow {
    const row: TextRow = {};
    const count = reader.int16();
    for (let i = 0; i < count; i++) {
      const kind = reader.char();
      const { name } = relation.columns[i];
      if (kind === "t") row[name] = reader.text(reader.int32());
      else if (kind === "n" && !keyOnly) row[name] = null;
    }
    return row;
  }
}

/** Reads the fields of a message one after the other. */
class MessageReader {
  #view: DataView;
  #at = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  ended = (): boolean => this.#at >= this.bytes.length;
  skip = (count: number): void => void (this.#at += count);
  char = (): string => String.fromCharCode(this.bytes[this.#at++]);
  int16 = (): number => this.#view.getUint16((this.#at += 2) - 2);
  int32 = (): number => this.#view.getUint32((this.#at += 4) - 4);
  int64 = (): bigint => this.#view.getBigInt64((this.#at += 8) - 8);

  /** Text up to a zero byte. */
  string(): string {
    const text = this.text(this.bytes.indexOf(0, this.#at) - this.#at);
    this.#at++;
    return text;
  }

  text(length: number): string {
    return new TextDecoder().decode(this.bytes.subarray(this.#at, this.#at += length));
  }
}
