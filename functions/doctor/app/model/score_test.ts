// Scores: the formula, what changes it, and what is said of it.

import assert from "node:assert/strict";
import type { Bucket, Line, Position } from "./lines.ts";
import { bucketOf, createScorer, mixedSignals } from "./score.ts";
import { NO_WISHES, screeningKey, stamp, type Wishes } from "./wishes.ts";

const scoreLine = (line: Line, wishes: Wishes) => createScorer(wishes)(line);

const position = (specialty: string, more: Partial<Position> = {}): Position => ({
  id: `p-${specialty}`,
  name: `${specialty} JMO`,
  hospital: "North",
  hospitalId: "h-North",
  specialty,
  subspecialty: null,
  rural: false,
  nights: false,
  categories: [],
  ...more,
});

const STARTS = ["2027-01-11", "2027-04-12", "2027-07-12", "2027-10-11"];
const ENDS = ["2027-04-11", "2027-07-11", "2027-10-10", "2028-01-09"];

function line(...positions: Position[]): Line {
  return {
    id: "l",
    name: "JL 1",
    eligible: true,
    reason: null,
    leave: [],
    places: 1,
    fte: 1,
    rotations: positions.map((position, i) => ({
      term: i + 1,
      position,
      startsOn: STARTS[i],
      endsOn: ENDS[i],
    })),
  };
}

const says = (
  sentiments: Record<string, Bucket>,
  screening: string[] = [],
  rotations: Record<string, Bucket> = {},
) =>
  stamp({
    specialties: new Map(
      Object.entries(sentiments).map(([name, sentiment]) => [name, { sentiment }]),
    ),
    screening: new Map(screening.map((key) => [key, { active: true }])),
    rotations: new Map(
      Object.entries(rotations).map(([id, bucket]) => [id, { like_dislike_preference: bucket }]),
    ),
  }, 1);

const year = line(
  position("Medicine"),
  position("Surgery"),
  position("Emergency"),
  position("Psychiatry"),
);

Deno.test("the reasons of a score add up to it, from 50", () => {
  const four = line(
    ...["North", "South", "North", "West"].map((hospital) =>
      position("Medicine", { hospital, hospitalId: hospital })
    ),
  );
  assert.deepEqual(scoreLine(four, says({ Medicine: 2 })).reasons, [{
    text: "Medicine (love)",
    points: 50,
  }]);
  const buckets = [-2, -1, 0, 1, 2] as const;
  for (const first of buckets) {
    for (const second of buckets) {
      for (const third of buckets) {
        for (const travel of [[], [screeningKey("travel")]]) {
          const wishes = says({ Medicine: first, Surgery: second, Emergency: third }, travel);
          for (const each of [year, four]) {
            const { value, reasons } = scoreLine(each, wishes);
            const sum = reasons.reduce((sum, { points }) => sum + points, 50);
            assert.equal(sum, value, JSON.stringify({ first, second, third, travel, reasons }));
            assert.ok(reasons.every(({ points }) => Number.isInteger(points)));
          }
        }
      }
    }
  }
});

Deno.test("a line of which nothing is said is neutral", () => {
  assert.deepEqual(scoreLine(year, NO_WISHES), {
    value: 50,
    bucket: 0,
    reasons: [],
    excluded: [],
    said: new Map(),
  });
});

Deno.test("the score is the mean over weeks, and its reasons add up to it", () => {
  const score = scoreLine(year, says({ Medicine: 2, Surgery: 1, Emergency: -1 }));
  assert.equal(score.value, 63); // (100 + 75 + 25 + 50) / 4 = 62.5
  assert.equal(score.bucket, 1);
  assert.deepEqual(score.reasons.map(({ points }) => points), [13, 6, -6]);
  assert.match(score.reasons[0].text, /^Medicine \(love\)$/);
});

Deno.test("what is said of a position goes before its specialty", () => {
  const score = scoreLine(year, says({ Medicine: -1 }, [], { "p-Medicine": 2 }));
  assert.equal(score.value, 63);
});

Deno.test("a term that is never wanted keeps the score below 25, an exclusion makes it 0 and never", () => {
  assert.equal(
    scoreLine(year, says({ Medicine: 2, Surgery: 2, Emergency: 2, Psychiatry: -2 })).value,
    24,
  );
  for (
    const key of [
      screeningKey("hospital", "h-North"),
      screeningKey("hospital_specialty", "h-North", "Surgery"),
    ]
  ) {
    const score = scoreLine(year, says({ Medicine: 2 }, [key]));
    assert.deepEqual([score.value, score.bucket, score.excluded.length], [0, -2, 1]);
  }
  assert.equal(
    scoreLine(year, says({}, [screeningKey("hospital_specialty", "h-South", "Surgery")])).value,
    50,
  );
  const far = line(position("Medicine", { rural: true }), position("Surgery", { nights: true }));
  assert.equal(
    scoreLine(far, says({}, [screeningKey("rural"), screeningKey("nights")])).excluded.length,
    2,
  );
});

Deno.test("changes of hospital cost points where few are asked for", () => {
  const moving = line(
    position("A"),
    position("B", { hospital: "South", hospitalId: "h-South" }),
    position("C"),
  );
  assert.equal(scoreLine(moving, says({}, [screeningKey("travel")])).value, 40);
  assert.equal(scoreLine(moving, NO_WISHES).value, 50);
});

Deno.test("an exclusion that was taken back counts no more", () => {
  const wishes = stamp({
    screening: new Map([[screeningKey("hospital", "h-North"), { active: false }]]),
  }, 1);
  assert.equal(scoreLine(year, wishes).value, 50);
});

Deno.test("scores stay between 0 and 100 and rise with what is liked", () => {
  for (const low of [-2, -1, 0, 1] as Bucket[]) {
    const worse = scoreLine(year, says({ Medicine: low, Surgery: 1 })).value;
    const better = scoreLine(year, says({ Medicine: low + 1 as Bucket, Surgery: 1 })).value;
    assert.ok(worse >= 0 && better <= 100 && worse < better);
  }
  assert.deepEqual([100, 80, 79, 60, 40, 39, 10, 9, 0].map(bucketOf), [
    2,
    2,
    1,
    1,
    0,
    -1,
    -1,
    -2,
    -2,
  ]);
});

Deno.test("mixed signals are told both ways", () => {
  const wishes = says({ Medicine: 2, Surgery: -1 });
  assert.deepEqual(mixedSignals(scoreLine(year, wishes), -1), ["you put Medicine under love"]);
  assert.deepEqual(mixedSignals(scoreLine(year, wishes), 1), ["you put Surgery under dislike"]);
  assert.deepEqual(mixedSignals(scoreLine(year, wishes), 0), []);
});
