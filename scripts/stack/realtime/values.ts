// From PostgreSQL's text form of a value to the JSON that Realtime sends. Pure.

const NUMBERS = new Set(["int2", "int4", "int8", "float4", "float8", "numeric", "oid"]);

/** @param type name of the type in pg_type; an array's starts with `_` */
export function toJson(text: string | null, type: string): unknown {
  if (text === null) return null;
  if (type === "bool") return text === "t";
  if (NUMBERS.has(type)) return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === "json" || type === "jsonb") return JSON.parse(text);
  if (type === "timestamptz") return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
  if (type === "timestamp") return text.replace(" ", "T");
  if (type.startsWith("_")) {
    return parseArray(text)?.map((item) => toJson(item, type.slice(1))) ?? text;
  }
  return text;
}

/** @returns the items of a one-dimensional array literal, null for anything else */
function parseArray(text: string): (string | null)[] | null {
  if (!/^\{.*\}$/s.test(text) || text.startsWith("{{")) return null;
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
  return items.map((item) => {
    if (item.startsWith('"')) return item.slice(1, -1).replace(/\\(.)/gs, "$1");
    return item === "NULL" ? null : item;
  });
}
