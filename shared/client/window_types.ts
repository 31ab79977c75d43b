// The preference window of an allocation run, as managers and as doctors see it; wishes and results. What the client's methods
// take and answer, in camelCase.

/** `draft`: lines are made; `open`: doctors say what they want; `closed`: they change nothing more. */
export type WindowStatus = "draft" | "open" | "closed";

/** A window as managers see it. Moments are ISO 8601. */
export interface WindowState {
  allocationRun: string;
  status: WindowStatus;
  /** Null: until it is closed by hand. */
  dueDate: string | null;
  /** Of the plan, e.g. `Australia/Melbourne`. */
  timezone: string;
  /** The database's clock. */
  now: string;
  /** Fewest lines that a doctor ranks positively; null: a quarter of those they may have, at most 12. */
  minimumLines: number | null;
  allowsTies: boolean;
  /** A line that a doctor says never to is one they are not eligible for; else it is ranked last. */
  allowsNever: boolean;
  finalised: boolean;
  released: boolean;
}

/** Settings of a window; what is left out stays. */
export interface WindowSettings {
  minimumLines?: number | null;
  allowsTies?: boolean;
  allowsNever?: boolean;
}

/** The end of a window: a moment, or a local time where the plan is (`2027-05-14T17:00`); of one that comes twice the later is meant. */
export interface WindowEnd {
  dueDate?: string;
  dueLocal?: string;
}

/** How far a doctor is: counts and moments, never which lines. */
export interface DoctorProgress {
  workerMapping: string;
  worker: string;
  name: string;
  email: string;
  hasAccount: boolean;
  invitedAt: string | null;
  begunAt: string | null;
  /** How many they ranked. */
  lines: number;
  submittedAt: string | null;
  changedSinceSubmit: boolean;
  lockedAt: string | null;
  withdrawnAt: string | null;
  withdrawalReason: string | null;
}

/** A doctor who was invited. */
export interface InvitedDoctor {
  workerMapping: string;
  name: string;
  email: string;
}

/** A window as the doctor sees it. */
export interface DoctorWindow {
  workerMapping: string;
  allocationRun: string;
  name: string;
  orgName: string;
  planName: string;
  status: WindowStatus;
  dueDate: string | null;
  timezone: string;
  /** The database's clock, to correct a device's by. */
  now: string;
  startsOn: string;
  endsOn: string;
  /** How much of full time the doctor works. */
  fte: number;
  begunAt: string | null;
  wishesChangedAt: string | null;
  submittedAt: string | null;
  changedSinceSubmit: boolean;
  locked: boolean;
  canWrite: boolean;
  minimumLines: number;
  positiveLines: number;
  allowsTies: boolean;
  allowsNever: boolean;
  /** Members whom a manager lets read wishes before the window closes: how many. */
  earlyReaders: number;
  released: boolean;
}

/** -2 never, -1 dislike, 0 neutral, 1 like, 2 love; null: none. */
export type Bucket = -2 | -1 | 0 | 1 | 2 | null;

/** A position that lines are made of. */
export interface DoctorPosition {
  id: string;
  name: string;
  hospital: string;
  hospitalName: string;
  team: string;
  specialty: string;
  subspecialty: string | null;
  categories: string[];
  rural: boolean;
  nights: boolean;
  service: boolean;
  colour: string;
}

/** A job line as doctors see it. */
export interface LineCard {
  id: string;
  name: string;
  places: number;
  /** How much of full time the line is. */
  fte: number;
  rotations: {
    term: number;
    startsOn: string;
    endsOn: string;
    position: string;
  }[];
  /** By the term in which it begins, whether the line works somewhere in it or not. */
  leave: { term: number; startsOn: string; endsOn: string }[];
}

/** What positions, hospitals and specialties lines are made of. */
export interface LineParts {
  positions: DoctorPosition[];
  hospitals: { id: string; name: string }[];
  specialties: string[];
}

/** A wish for a line; `changedAt` by the clock of the device, corrected by the database's. */
export interface LineWish {
  jobLine: string;
  orderPreference?: number | null;
  likeDislikePreference?: Bucket;
  /** Nobody else ever reads it. */
  notes?: string | null;
  changedAt: string;
}

/** What a doctor thinks of a position. */
export interface RotationWish {
  position: string;
  likeDislikePreference?: Bucket;
  notes?: string | null;
  changedAt: string;
}

/** What a doctor thinks of a specialty. */
export interface SpecialtySentiment {
  specialty: string;
  sentiment: Bucket;
  changedAt: string;
}

/** What a doctor does not want at all; `active` false takes it back. */
export interface ScreeningRule {
  kind: "hospital" | "hospital_specialty" | "rural" | "nights" | "travel";
  hospital?: string | null;
  specialty?: string | null;
  active?: boolean;
  changedAt: string;
}

/** All that a doctor said in a window. */
export interface Wishes {
  lines: LineWish[];
  rotations: RotationWish[];
  specialties: SpecialtySentiment[];
  screening: ScreeningRule[];
}

/** Changes of wishes: members of rows that are left out stay, null clears them. */
export interface WishChanges extends Partial<Wishes> {
  device?: string;
  /** Of ranks only the order is meant, so that they may have gaps; else a rank that leaves one is refused. */
  orderOnly?: boolean;
}

/** A window with its lines and the doctor's wishes. */
export interface WindowDocument extends LineParts {
  window: DoctorWindow;
  terms: { term: number; startsOn: string; endsOn: string }[];
  lines: (LineCard & {
    eligible: boolean;
    reason:
      | "WORKS_MORE"
      | "EXCLUDED_DOCTOR"
      | "EXCLUDED_QUALIFICATION"
      | "MISSING_QUALIFICATION"
      | null;
  })[];
  wishes: Wishes;
  /** Null: nothing is submitted. */
  receipt: Receipt | null;
}

/** All that a doctor's page begins with. */
export interface DoctorBeginning {
  /** How many places became the caller's just now. */
  claimed: number;
  /** Why the caller's address claims nothing; null: it may. */
  unconfirmed: string | null;
  /** Open ones first. */
  windows: DoctorWindow[];
  departments: Department[];
  /** All of the window of who has one, and no department; else null. */
  window: WindowDocument | null;
}

/** The merged state after a save. */
export interface SavedWishes {
  savedAt: string;
  /** Rows that came too late: a later change of the same was there. */
  ignored: number;
  window: DoctorWindow;
  wishes: Wishes;
}

/** The receipt of a submission that stands, with the order as it was. */
export interface Receipt {
  submittedAt: string;
  positiveLines: number;
  receipt: string;
  /** The best first. */
  lines: { jobLine: string; name: string; orderPreference: number }[];
}

/** How two doctors would be placed together. */
export type LinkFit = "same_hospital" | "ranked_lines" | "line_pairs";

/** Two doctors who ask to be placed together, as one of them sees it. */
export interface DoctorLink {
  link: string;
  /** asked: one of the two has not agreed to what it says now. */
  state: "asked" | "agreed" | "declined" | "ended";
  askedByMe: boolean;
  /** The caller may agree. */
  waitsForMe: boolean;
  /** The other's name, or the address that the caller typed, as long as they have not answered. */
  partner: string;
  fit: LinkFit;
  /** With line_pairs: a line for the caller, and one for the other. */
  linePairs: { own: string; other: string }[];
  changedAt: string;
}

/** What a doctor asks of another; `email` where they ask for the first time. */
export interface LinkWish {
  email?: string;
  fit: LinkFit;
  linePairs?: { own: string; other: string }[];
}

/** Two doctors who agreed to be placed together, as a match takes them. */
export interface AgreedLink {
  first: string;
  second: string;
  fit: LinkFit;
  /** With line_pairs: those of them that both ranked; none: no match can place the two so. */
  linePairs?: { first: string; second: string }[];
  /** How many pairs they agreed to. */
  pairs?: number;
}

/** The text of a kind of e-mail; placeholders: `{{name}}`, `{{org}}`, `{{run}}`, `{{due}}`, `{{link}}`. */
export interface EmailText {
  /** A line. */
  subject: string;
  /** Has `{{link}}` in it. */
  body: string;
  /** What `{{due}}` is written in: en, de, es, fr or it. */
  language?: string;
}

/** A text as it is sent, and the default. */
export interface EmailTemplate extends Required<EmailText> {
  kind: string;
  /** The org's own words. */
  own: boolean;
  defaultSubject: string;
  defaultBody: string;
}

/** An org's e-mails: who delivers, texts, how many of each kind and state, and the last that were given up. */
export interface Emails {
  /** Provider null: nobody; fault: what is wrong with the project's settings. */
  delivery: { provider: string | null; fault: string | null };
  templates: EmailTemplate[];
  outbox: { state: string; kind: string; emails: number }[];
  dead: {
    email: string;
    kind: string;
    /** Of an invitation into the org the address, and the run is null. */
    doctor: string;
    /** Theirs by now; null: they were erased. */
    address: string | null;
    run: string | null;
    attempts: number;
    createdAt: string;
    lastError: string | null;
  }[];
}

/** What a doctor can print when they submitted. */
export interface Submission {
  submittedAt: string;
  positiveLines: number;
  minimumLines: number;
  receipt: string;
}

/** What of a line changed with a version of a result: the position of a term (null: none), by name, or its leave. */
export type LineChange =
  | { term: number; from: string | null; to: string | null }
  | {
    leave: true;
    from: { startsOn: string; endsOn: string }[];
    to: { startsOn: string; endsOn: string }[];
  };

/** What a doctor got. */
export interface DoctorResult extends LineParts {
  version: number;
  releasedAt: string;
  startDate: string;
  endDate: string;
  fte: number;
  corrected: boolean;
  correctionReason: string | null;
  /** What of the line changed with this version; empty where it is as it was, or another line. */
  changes: LineChange[];
  previousLine: string | null;
  /** Null: none. */
  line: LineCard | null;
  preferenceNumber: number | null;
  why: {
    jobLine: string;
    name: string;
    /** Which choice of theirs it was in that match. */
    rank: number | null;
    sentenceCode: string;
    values: Record<string, unknown>;
  }[];
  /** Another doctor was moved by hand since the match: what `why` says was so then. */
  othersMoved: boolean;
}

/** A preferencer that the caller ranks doctors for. */
export interface Department {
  preferencer: string;
  name: string;
  allocationRun: string;
  runName: string;
  orgName: string;
  status: WindowStatus;
  dueDate: string | null;
  timezone: string;
  now: string;
  canWrite: boolean;
}

/** A department's rank of a doctor; null takes it out. */
export interface DoctorRank {
  workerMapping: string;
  orderPreference: number | null;
}

/** A department with its lines, the doctors of the run, and its ranks of them. */
export interface DepartmentDocument extends LineParts {
  department: Department;
  lines: LineCard[];
  doctors: { workerMapping: string; name: string; eligible: boolean }[];
  ranks: DoctorRank[];
}
