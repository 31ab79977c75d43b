// Names of doctors (by their worker mappings) and lines, also of those that are gone since.

import { nameDoctors } from "../../../../shared/client/mod.ts";
import type { Field } from "./match_data.ts";

/** Looks names up. */
export interface Names {
  doctor(mapping: string): string;
  line(id: string): string;
  preferencer(id: string): string;
  /** A sentence of a run, which names doctors by their ids, with their names. */
  told(sentence: string): string;
}

/** @param field who and what takes part now */
export function namesOf(field: Field): Names {
  const doctors = new Map(field.doctors.map(({ mapping, name }) => [mapping, name]));
  const lines = new Map(field.lines.map(({ id, name }) => [id, name]));
  const preferencers = new Map(field.preferencers.map(({ id, name }) => [id, name]));
  const doctor = (mapping: string) => doctors.get(mapping) ?? "a doctor who left";
  return {
    doctor,
    line: (id) => lines.get(id) ?? "a line that is gone",
    preferencer: (id) => preferencers.get(id) ?? "a preferencer that is gone",
    told: (sentence) => nameDoctors(sentence, doctor),
  };
}
