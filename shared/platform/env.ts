// Reading settings from the environment, with an error that names what is missing.

/** Reads a setting by its name; a test's own, so that tests need not change the process's environment. */
export type Environment = (name: string) => string | undefined;

/** The environment of this process. */
export const processEnv: Environment = (name) => Deno.env.get(name);

/**
 * A setting that the project cannot work without.
 * @param name name of the environment variable
 * @throws Error when it is unset or empty
 */
export function requireEnv(name: string, read: Environment = processEnv): string {
  const value = read(name);
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
