/**
 * How many problems a property test draws. By default as many as found every fault that was planted to see whether it
 * would; `RECEPTOR_DRAWS` multiplies them, as the weekly run does, to look further than every push can.
 */

/** The name of the factor in the environment. */
const VARIABLE = "RECEPTOR_DRAWS";

/**
 * @param usual draws of one run of the test, a whole number of at least one
 * @param text the factor, a number of at least one; nothing is one
 * @returns draws now, rounded up. They are the same ones as usual, and after them more
 * @throws Error on a factor that would draw less, or is none: a test that says it looked has looked
 */
export function draws(usual: number, text: string = Deno.env.get(VARIABLE) ?? ""): number {
  const factor = text === "" ? 1 : Number(text);
  if (!(factor >= 1 && Number.isFinite(factor))) {
    throw new Error(`${VARIABLE} is ${JSON.stringify(text)}, and not a number of at least 1`);
  }
  return Math.ceil(usual * factor);
}
