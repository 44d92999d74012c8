/**
 * What the targets accept, written down from their own definitions (field names and limits; in our words and only for what we write):
 * - Switchyard: NVIDIA-NeMo/Switchyard, docs/reference/toml_schema.md at 001cea6; unknown keys are load errors there, so here too.
 * - Envoy AI Gateway: envoyproxy/ai-gateway, CRD aigatewayroutes.aigateway.envoyproxy.io at 863a8a8 and examples/basic/openai.yaml at 10e737d.
 * - semantic-router: vllm-project/semantic-router, config/config.yaml at 0066296 and website/docs/tutorials/algorithm/looper/confidence.md at 134b06e.
 * - Portkey: Portkey-AI/gateway 1.15.2, the request validator of the published package.
 * - LiteLLM: litellm 1.110.2, Router(model_list=..., **router_settings).
 */

const text = { type: 'string', minLength: 1 };
const strict = (properties: Record<string, unknown>, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: unknown, minItems = 1) => ({ type: 'array', items, minItems });
const name = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 };
const env = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' };

export const SWITCHYARD = strict({
  schema_version: { const: 1 },
  llm_clients: {
    type: 'object',
    additionalProperties: strict(
      {
        format: { enum: ['openai_chat', 'openai_responses', 'anthropic_messages'] },
        base_url: text,
        api_key_env: env,
        max_retries: { type: 'integer', minimum: 0, maximum: 10 },
      },
      ['format', 'base_url'],
    ),
  },
  targets: { type: 'object', additionalProperties: strict({ id: text, llm_client: text }) },
  routes: {
    type: 'object',
    additionalProperties: {
      oneOf: [
        strict({ id: text, type: { const: 'random' }, targets: { ...list(text), uniqueItems: true }, weights: list({ type: 'number', minimum: 0 }) }),
        strict({ id: text, type: { const: 'passthrough' }, target: text }),
      ],
    },
  },
});

const metadata = strict({ name, namespace: name });
const header = strict({ type: { enum: ['Exact', 'RegularExpression'] }, name: text, value: text });
const backendRef = strict({ name, modelNameOverride: text, weight: { type: 'integer', minimum: 0, maximum: 1_000_000 } }, ['name']);

export const ENVOY: Readonly<Record<string, object>> = {
  AIGatewayRoute: strict({
    apiVersion: { const: 'aigateway.envoyproxy.io/v1beta1' },
    kind: text,
    metadata,
    spec: strict({
      parentRefs: { ...list(strict({ name, kind: { const: 'Gateway' }, group: { const: 'gateway.networking.k8s.io' } })), maxItems: 16 },
      rules: list(strict({ matches: list(strict({ headers: { ...list(header), maxItems: 16 } })), backendRefs: list(backendRef) })),
      llmRequestCosts: {
        ...list(
          strict({ metadataKey: text, type: { enum: ['OutputToken', 'InputToken', 'CachedInputToken', 'CacheCreationInputToken', 'TotalToken', 'CEL'] } }),
        ),
        maxItems: 36,
      },
    }),
  }),
  AIServiceBackend: strict({
    apiVersion: { const: 'aigateway.envoyproxy.io/v1beta1' },
    kind: text,
    metadata,
    spec: strict({
      schema: strict({ name: { enum: ['OpenAI', 'Anthropic'] }, prefix: text }, ['name']),
      backendRef: strict({ name, kind: { const: 'Backend' }, group: { const: 'gateway.envoyproxy.io' } }),
    }),
  }),
  BackendSecurityPolicy: strict({
    apiVersion: { const: 'aigateway.envoyproxy.io/v1beta1' },
    kind: text,
    metadata,
    spec: strict({
      targetRefs: list(strict({ group: { const: 'aigateway.envoyproxy.io' }, kind: { const: 'AIServiceBackend' }, name })),
      type: { const: 'APIKey' },
      apiKey: strict({ secretRef: strict({ name, namespace: name }) }),
    }),
  }),
  Backend: strict({
    apiVersion: { const: 'gateway.envoyproxy.io/v1alpha1' },
    kind: text,
    metadata,
    spec: strict({
      endpoints: list(
        strict({
          fqdn: strict({
            hostname: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$' },
            port: { type: 'integer', minimum: 1, maximum: 65_535 },
          }),
        }),
      ),
    }),
  }),
  BackendTLSPolicy: strict({
    apiVersion: { const: 'gateway.networking.k8s.io/v1' },
    kind: text,
    metadata,
    spec: strict({
      targetRefs: list(strict({ group: text, kind: { const: 'Backend' }, name })),
      validation: strict({ wellKnownCACertificates: { const: 'System' }, hostname: text }),
    }),
  }),
};

const usd = { type: 'number', minimum: 0 };
export const SEMANTIC_ROUTER = strict({
  version: { const: 'v0.3' },
  listeners: list(strict({ name: text, address: text, port: { type: 'integer' }, timeout: { type: 'string', pattern: '^\\d+s$' } })),
  providers: strict({
    defaults: strict({ model: text }),
    models: list(
      strict({
        name: text,
        provider_model_id: text,
        api_format: { enum: ['openai', 'anthropic'] },
        pricing: strict({ currency: { const: 'USD' }, prompt_per_1m: usd, cached_input_per_1m: usd, cache_write_per_1m: usd, completion_per_1m: usd }, [
          'currency',
        ]),
        backend_refs: list(
          strict(
            {
              name: text,
              base_url: text,
              endpoint: text,
              protocol: { enum: ['http', 'https'] },
              provider: text,
              api_key_env: env,
              weight: { type: 'integer' },
            },
            ['name', 'provider', 'weight'],
          ),
        ),
      }),
    ),
  }),
  routing: strict({
    modelCards: list(strict({ name: text, description: text })),
    decisions: list(
      strict({
        name: text,
        description: text,
        priority: { type: 'integer' },
        rules: strict({ operator: { enum: ['AND', 'OR'] }, conditions: { type: 'array' } }),
        modelRefs: list(strict({ model: text, use_reasoning: { type: 'boolean' } }), 2),
        algorithm: strict({
          type: { const: 'confidence' },
          confidence: strict({
            confidence_method: { enum: ['avg_logprob', 'margin', 'hybrid', 'self_verify', 'automix_entailment'] },
            threshold: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
            escalation_order: { enum: ['size', 'small_to_large', 'declared', 'cost', 'automix'] },
            on_error: { enum: ['skip', 'fail'] },
          }),
        }),
      }),
    ),
  }),
});

const portkeyTarget = strict(
  {
    name: text,
    provider: text,
    custom_host: text,
    api_key: { type: 'string', pattern: '^\\$\\{[A-Z_]+\\}$' },
    retry: strict({ attempts: { type: 'integer', minimum: 1, maximum: 5 }, on_status_codes: list({ type: 'integer' }) }),
    override_params: strict({ model: text }),
    weight: { type: 'number', minimum: 0 },
    strategy: {},
    targets: {},
  },
  ['name'],
);
export const PORTKEY = strict({
  _comment: list(text),
  strategy: strict(
    {
      mode: { enum: ['single', 'loadbalance', 'fallback', 'conditional'] },
      // biome-ignore lint/suspicious/noThenProperty: Portkey's name for it
      conditions: list(strict({ query: { type: 'object' }, then: text })),
      default: text,
    },
    ['mode'],
  ),
  targets: list(portkeyTarget),
});

export const LITELLM = strict({
  model_list: list(
    strict({
      model_name: text,
      litellm_params: strict(
        {
          model: { type: 'string', pattern: '^[a-z_]+/.+' },
          api_base: text,
          api_key: { type: 'string', pattern: '^os\\.environ/[A-Za-z_]\\w*$' },
          weight: { type: 'number', minimum: 0 },
        },
        ['model'],
      ),
      model_info: { type: 'object', properties: { id: text }, required: ['id'], additionalProperties: { type: 'number', exclusiveMinimum: 0 } },
    }),
  ),
  router_settings: strict({ routing_strategy: { const: 'simple-shuffle' }, num_retries: { type: 'integer' } }),
  general_settings: strict({ master_key: { const: 'os.environ/LITELLM_MASTER_KEY' } }),
});
