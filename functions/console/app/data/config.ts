// Where the project is: config.json beside the page. The function writes it; on a static host it is a file.

/** The project that the console works with. */
export interface Config {
  supabaseUrl: string;
  publishableKey: string;
}

/** @throws Error with a sentence for the user when there is no usable configuration */
export async function readConfig(): Promise<Config> {
  const script = document.querySelector<HTMLScriptElement>("script[data-config]");
  const response = await fetch(script!.dataset.config!);
  if (!response.ok) throw new Error(`config.json answered with status ${response.status}.`);
  const { supabase_url, publishable_key } = await response.json();
  if (typeof supabase_url !== "string" || typeof publishable_key !== "string") {
    throw new Error("config.json needs supabase_url and publishable_key.");
  }
  return { supabaseUrl: supabase_url, publishableKey: publishable_key };
}
