// What annealing may lose (Metropolis et al. 1953).

/** More than the last digits of what is compared here. */
const DIGITS = 1e-9;

/**
 * Whether a loss is one that was drawn: likelier the smaller it is beside the heat.
 * Most are so large that no logarithm need be taken: one of a number is nowhere lower than 4 - 4 / its fourth root.
 * @param gain below 0
 * @param heat above 0, in units of the gain
 * @param luck drawn evenly, above 0 and at most 1
 */
export function isAllowed(gain: number, heat: number, luck: number): boolean {
  const root = 1 - gain / (4 * heat), square = root * root;
  if (luck * square * square > 1 + DIGITS) return false;
  return gain >= heat * Math.log(luck);
}
