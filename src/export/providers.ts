/** Where the providers' OpenAI-compatible endpoints are, from their documentation, and the environment variable their own tools read the key from. */

export interface Endpoint {
  readonly base_url: string;
  readonly key_env: string;
  /** LiteLLM's prefix for the provider (docs.litellm.ai/docs/providers); null: it is called as a plain OpenAI-compatible server. */
  readonly litellm: string | null;
  /** Portkey's id of the provider (portkey.ai/docs/integrations/llms); null likewise. */
  readonly portkey: string | null;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  openai: { base_url: 'https://api.openai.com/v1', key_env: 'OPENAI_API_KEY', litellm: 'openai', portkey: 'openai' },
  anthropic: { base_url: 'https://api.anthropic.com/v1', key_env: 'ANTHROPIC_API_KEY', litellm: 'anthropic', portkey: 'anthropic' },
  google: { base_url: 'https://generativelanguage.googleapis.com/v1beta/openai', key_env: 'GEMINI_API_KEY', litellm: 'gemini', portkey: 'google' },
  mistral: { base_url: 'https://api.mistral.ai/v1', key_env: 'MISTRAL_API_KEY', litellm: 'mistral', portkey: 'mistral-ai' },
  together: { base_url: 'https://api.together.xyz/v1', key_env: 'TOGETHER_API_KEY', litellm: 'together_ai', portkey: 'together-ai' },
  fireworks: { base_url: 'https://api.fireworks.ai/inference/v1', key_env: 'FIREWORKS_API_KEY', litellm: 'fireworks_ai', portkey: 'fireworks-ai' },
  deepinfra: { base_url: 'https://api.deepinfra.com/v1/openai', key_env: 'DEEPINFRA_API_KEY', litellm: 'deepinfra', portkey: 'deepinfra' },
  groq: { base_url: 'https://api.groq.com/openai/v1', key_env: 'GROQ_API_KEY', litellm: 'groq', portkey: 'groq' },
  cerebras: { base_url: 'https://api.cerebras.ai/v1', key_env: 'CEREBRAS_API_KEY', litellm: 'cerebras', portkey: 'cerebras' },
  deepseek: { base_url: 'https://api.deepseek.com/v1', key_env: 'DEEPSEEK_API_KEY', litellm: 'deepseek', portkey: 'deepseek' },
  x_ai: { base_url: 'https://api.x.ai/v1', key_env: 'XAI_API_KEY', litellm: 'xai', portkey: 'x-ai' },
  perplexity: { base_url: 'https://api.perplexity.ai', key_env: 'PERPLEXITY_API_KEY', litellm: 'perplexity', portkey: 'perplexity-ai' },
  sambanova: { base_url: 'https://api.sambanova.ai/v1', key_env: 'SAMBANOVA_API_KEY', litellm: 'sambanova', portkey: 'sambanova' },
  hyperbolic: { base_url: 'https://api.hyperbolic.xyz/v1', key_env: 'HYPERBOLIC_API_KEY', litellm: 'hyperbolic', portkey: null },
  moonshotai: { base_url: 'https://api.moonshot.ai/v1', key_env: 'MOONSHOT_API_KEY', litellm: 'moonshot', portkey: null },
};

/** Null: the endpoint depends on the customer (Azure, AWS, ...) or isn't known to us, so that the user has to name it. */
export function endpointOf(provider: string): Endpoint | null {
  return ENDPOINTS[provider] ?? null;
}
