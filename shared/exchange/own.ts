// Records whose keys are names that people gave: a line may be called as what every object has, e.g. `constructor`.

/** What a record holds for a name itself. */
export function ownOf<Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
