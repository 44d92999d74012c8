/** Which API keys the environment holds. Names only: a value is never read beyond "is it empty". */

/** The names providers document for their own clients. */
const NAMES = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'MISTRAL_API_KEY',
  'DEEPSEEK_API_KEY',
  'XAI_API_KEY',
  'TOGETHER_API_KEY',
  'FIREWORKS_API_KEY',
  'GROQ_API_KEY',
  'DEEPINFRA_API_KEY',
  'OPENROUTER_API_KEY',
  'AZURE_OPENAI_API_KEY',
  'COHERE_API_KEY',
  'HF_TOKEN',
] as const;

export interface ApiKeys {
  readonly set: readonly string[];
  readonly unset: readonly string[];
}

export function findApiKeys(env: Readonly<Record<string, string | undefined>>): ApiKeys {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  return { set: NAMES.filter(isSet), unset: NAMES.filter((name) => !isSet(name)) };
}
