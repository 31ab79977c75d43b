// What tables of people may hold: the kinds of tables, their fields, and the names that people head them with.

import { headerKey } from "../cells.ts";

/** A kind of table of an allocation run. */
export const PEOPLE_KINDS = [
  "doctors",
  "wishes",
  "departments",
  "eligibility",
  "weightings",
  "places",
] as const;

/** See {@link PEOPLE_KINDS}. */
export type PeopleKind = typeof PEOPLE_KINDS[number];

/** What is headed as tables of people are: these, and a result that was made elsewhere. */
export type HeadedKind = PeopleKind | "match";

/** One field of a kind of table. */
export interface Field {
  key: string;
  header: string;
  /** Other names, as `headerKey()` has them. */
  also: readonly string[];
  /** What may stand in it, as a sentence for planners. */
  help: string;
  /** In characters, for what is written. */
  width: number;
  /** Several columns may be of this field. */
  many?: boolean;
}

const EMAIL: Field = {
  key: "email",
  header: "E-mail",
  also: ["emailaddress", "mail", "doctoremail", "workemail", "address", "worker"],
  help: "The doctor's e-mail address, which tells them apart.",
  width: 32,
};
const NAME: Field = {
  key: "name",
  header: "Name",
  also: [
    "doctor",
    "fullname",
    "doctorname",
    "surnamefirstname",
    "lastnamefirstname",
    "surnamegivennames",
    "firstnamesurname",
    "firstnamelastname",
    "residentname",
    "applicant",
    "applicantname",
  ],
  help: 'The doctor\'s name; "Surname, First name" is turned round.',
  width: 28,
};
const SURNAME: Field = {
  key: "surname",
  header: "Surname",
  also: ["lastname", "familyname"],
  help: "The surname, where names stand in two columns.",
  width: 18,
};
const FIRST_NAME: Field = {
  key: "first_name",
  header: "First name",
  also: ["givenname", "givennames", "firstnames", "forename", "preferredname"],
  help: "The first name, where names stand in two columns.",
  width: 18,
};
const DOCTOR = [EMAIL, NAME, SURNAME, FIRST_NAME];
const LINE: Field = {
  key: "line",
  header: "Line",
  also: ["jobline", "linename", "programme", "program", "postingcode", "job", "track", "stream"],
  help: "The name of a job line of the allocation run.",
  width: 16,
};
const RANK: Field = {
  key: "rank",
  header: "Rank",
  also: ["preference", "preferencerank", "order", "orderpreference", "ranking", "choice"],
  help: "1 is best; half numbers where two share a place.",
  width: 8,
};
const TAGS: Field = {
  key: "tags",
  header: "Tags",
  also: ["tag", "qualifications", "qualification", "skills", "qualificationtags"],
  help: "Qualification tags, separated by commas. A new name makes a new tag.",
  width: 30,
  many: true,
};

/** The fields of each kind of table. */
export const FIELDS: Readonly<Record<HeadedKind, readonly Field[]>> = {
  doctors: [...DOCTOR, TAGS, {
    key: "year",
    header: "Year",
    also: ["pgy", "postgraduateyear", "residentyear", "trainingyear", "grade", "level", "stage"],
    help:
      'The postgraduate year; a number n, or PGY n, becomes the tag "PGYn". Years of the calendar are left alone.',
    width: 8,
  }, {
    key: "fte",
    header: "FTE",
    also: ["fulltimeequivalent", "eft", "fraction", "parttime", "parttimefraction", "workload"],
    help: "How much of full time they work: 0.05 to 1 in steps of 0.05, or a percentage. Empty: 1.",
    width: 8,
  }],
  wishes: [...DOCTOR, LINE, RANK],
  departments: [
    {
      key: "department",
      header: "Department",
      also: ["preferencer", "unit", "supervisor", "team", "departmentname"],
      help:
        "The department or supervisor that ranks doctors for its lines. A new name makes a new one.",
      width: 26,
    },
    { ...LINE, header: "Lines", also: [...LINE.also, "line", "joblines"], many: true },
    ...DOCTOR,
    RANK,
    {
      key: "max_job_lines",
      header: "Most lines",
      also: ["maxjoblines", "maxlines"],
      help: "How many of its lines may be used; blank: all.",
      width: 10,
    },
    {
      key: "max_workers",
      header: "Most doctors",
      also: ["maxworkers", "maxdoctors", "cap", "capacity"],
      help: "How many doctors its lines may take together; blank: no cap.",
      width: 12,
    },
  ],
  eligibility: [
    LINE,
    {
      key: "included_tags",
      header: "Needs one of the tags",
      also: ["includedtags", "requiredtags", "tags", "needs", "requires"],
      help: "Who holds one of these tags may take the line.",
      width: 28,
    },
    {
      key: "excluded_tags",
      header: "Not with the tags",
      also: ["excludedtags", "nottags"],
      help: "Who holds one of these tags may not.",
      width: 28,
    },
    {
      key: "included_workers",
      header: "Only doctors",
      also: ["includedworkers", "includeddoctors", "doctors"],
      help: "E-mail addresses or names of doctors who may take it whatever their tags.",
      width: 34,
    },
    {
      key: "excluded_workers",
      header: "Not doctors",
      also: ["excludedworkers", "excludeddoctors"],
      help: "E-mail addresses or names of doctors who may not.",
      width: 34,
    },
  ],
  weightings: [
    { ...LINE, help: "The name of a job line; blank: every line." },
    {
      key: "workers",
      header: "Doctors",
      also: ["doctor", "workers", "email", "emailaddress", "name"],
      help: "E-mail addresses or names of doctors.",
      width: 34,
    },
    { ...TAGS, many: false, help: "Tags; the weighting is for whoever holds one of them." },
    {
      key: "weighting",
      header: "Weighting",
      also: ["weight", "adjustment", "points"],
      help: "Added to the departments' rank: negative is better.",
      width: 11,
    },
  ],
  places: [
    LINE,
    {
      key: "places",
      header: "Places",
      also: ["maxworkers", "maxnworkers", "maxresidents", "capacity", "posts", "numberofplaces"],
      help: "How many doctors may take the line.",
      width: 8,
    },
    {
      key: "must_have",
      header: "Must have",
      also: ["musthaveworkers", "musthaveadoctor", "mustbefilled", "required"],
      help: "Yes where at least one doctor must take it.",
      width: 10,
    },
  ],
  match: [...DOCTOR, {
    ...LINE,
    also: [
      ...LINE.also,
      "matched",
      "matchedline",
      "allocatedline",
      "result",
      "programme",
      "program",
    ],
    help: 'The line that the doctor has; blank or "no line": none.',
  }],
};

/** Fields without which a table of a kind says nothing; of a list of lists one of each. */
export const NEEDED: Readonly<Record<HeadedKind, readonly (readonly string[])[]>> = {
  doctors: [["email"], ["name", "surname"]],
  wishes: [["email", "name", "surname"]],
  departments: [["department", "email", "name", "surname"]],
  eligibility: [["line"]],
  weightings: [["weighting"]],
  places: [["line"], ["places", "must_have"]],
  match: [["email", "name", "surname"], ["line"]],
};

/** The field that a header names, of a kind of table. */
export function fieldOf(kind: HeadedKind, header: string): Field | undefined {
  const key = headerKey(header);
  const fields = FIELDS[kind];
  return fields.find((field) => key === headerKey(field.header) || key === headerKey(field.key)) ??
    fields.find(({ also }) => also.includes(key));
}
