// Certificates with one thing changed, for tests that the checker refuses them.

import type { Random } from "../../engine/random.ts";

/** A certificate with one change; harmless where the change leaves a valid proof. */
export interface Mutation {
  certificate: unknown;
  harmless: boolean;
}

type Node = Record<string, unknown> | unknown[];

/**
 * Changes one number, type or entry of a certificate. A witness is as good as half of all numbers are,
 * so witnesses are only changed to values that cannot be one.
 */
export function mutations(certificate: unknown, random: Random): Mutation {
  const copy = structuredClone(certificate) as Node;
  const places: { node: Node; key: string | number }[] = [];
  const walk = (node: Node) => {
    for (const key of Object.keys(node)) {
      const value = (node as Record<string, unknown>)[key];
      places.push({ node, key });
      if (typeof value === "object" && value !== null) walk(value as Node);
    }
  };
  walk(copy);
  const { node, key } = places[random.below(places.length)];
  const holder = node as Record<string | number, unknown>;
  const before = holder[key];
  holder[key] = changed(`${key}`, before, random);
  const harmless = JSON.stringify(copy) === JSON.stringify(certificate) ||
    // Of a number that Miller-Rabin proves, both names of that proof are right.
    key === "type" && (before === "miller_rabin" || before === "small");
  return { certificate: copy, harmless };
}

/** Names of types that prove less than the others, or need other fields. */
const OTHER_TYPES = ["proth", "llr", "safe_prime", "combined", "ecpp", "small", "nonsense"];

function changed(key: string, value: unknown, random: Random): unknown {
  switch (key) {
    case "type":
      return OTHER_TYPES.filter((type) => type !== value)[random.below(OTHER_TYPES.length - 1)];
    case "base":
    case "p":
      // 0, 1 and -1 are nobody's witness; a P of 2 has D = 0, and a negative one is not written.
      return [`0`, `-1`, "", null, "1.5", "0x3"][random.below(6)];
    case "factor":
      return changedFactor(`${value}`, random);
    case "discriminant":
      // Of 1 and 2 more, P^2 - D is no multiple of 4; of squares the Jacobi symbol is 1.
      return [`${Number(value) + 1}`, `${Number(value) + 2}`, "0", "1", "9", "25", "1.0"][
        random.below(7)
      ];
    case "n":
      return changedNumber(`${value}`, random);
  }
  if (Array.isArray(value)) return changedList(value, random);
  return [null, 7, "x", [], {}][random.below(5)];
}

function changedNumber(text: string, random: Random): unknown {
  const at = random.below(text.length);
  const digit = `${random.below(10)}`;
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at) + digit + text.slice(at + 1) === text
        ? `${text}1`
        : text.slice(0, at) + digit + text.slice(at + 1);
    case 1:
      return `${text}${digit}`;
    case 2:
      return `-${text}`;
    case 3:
      return /^\d+$/.test(text) ? `${BigInt(text) * 2n + 3n}` : `(${text})+2`;
    default:
      return "0";
  }
}

/** Never another prime: that might be a factor as good as the first. */
function changedFactor(text: string, random: Random): unknown {
  return [`${text}0`, `${BigInt(text) ** 2n}`, `${2n * BigInt(text)}`, `-${text}`, "0", "1", ""][
    random.below(7)
  ];
}

function changedList(list: unknown[], random: Random): unknown {
  switch (random.below(3)) {
    case 0:
      return [];
    case 1:
      return [...list, list[random.below(list.length)]];
    default:
      return [...list, { factor: "1", base: "2" }];
  }
}
