// Reading settings from the environment, with an error that names what is missing.

/**
 * A setting that the project cannot work without.
 * @param name name of the environment variable
 * @throws Error when it is unset or empty
 */
export function requireEnv(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
