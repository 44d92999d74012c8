/** Envoy AI Gateway (aigateway.envoyproxy.io/v1beta1): a route by weight, one AIServiceBackend, Backend and, with a key, BackendSecurityPolicy a model. */

import { stringify } from 'yaml';
import { type Deployment, type Leg, largeLeg, smallLeg } from '../deployment.ts';
import { hashComment } from '../header.ts';
import { slug } from '../name.ts';
import { cannot, refuseFallback, refuseScores, type Settings, shareOf, type Target } from '../target.ts';
import { wholeWeights } from '../weights.ts';

const NAME = 'Envoy AI Gateway';
const AI = 'aigateway.envoyproxy.io';
const DATA_CLASS = 'x-data-class';

function render(deployment: Deployment, settings: Settings): string {
  refuseScores(NAME, deployment);
  refuseFallback(NAME, deployment, 'Export litellm or portkey, which try the other model, or run `llm-crossover route serve`.');
  const documents = [route(deployment, settings), ...deployment.legs.flatMap((leg) => backend(leg, settings))];
  return hashComment(deployment, notes(deployment)) + documents.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

function notes({ legs, split }: Deployment): string[] {
  const secrets = legs.filter((leg) => leg.key_env !== null).map((leg) => `${secretName(leg)} (key apiKey, the value of ${leg.key_env})`);
  const kept = [...(split?.keep.small ?? []), ...(split?.keep.large ?? [])];
  return [
    ...(secrets.length === 0 ? [] : [`secrets to create, not in this file: ${secrets.join(', ')}`]),
    'the Gateway llm-gateway is yours; every request to it names its model in the body',
    ...(kept.length === 0 ? [] : [`clients say what a request holds in the header ${DATA_CLASS}: ${kept.join(', ')}`]),
  ];
}

function metadata(name: string, { namespace }: Settings) {
  return { name, namespace };
}

function route(deployment: Deployment, settings: Settings) {
  return {
    apiVersion: `${AI}/v1beta1`,
    kind: 'AIGatewayRoute',
    metadata: metadata(slug(deployment.served_name), settings),
    spec: {
      parentRefs: [{ name: 'llm-gateway', kind: 'Gateway', group: 'gateway.networking.k8s.io' }],
      rules: [
        ...dataRules(deployment),
        { matches: [{ headers: [modelIs(deployment)] }], backendRefs: deployment.legs.map((leg) => reference(leg, deployment)) },
      ],
      llmRequestCosts: [
        { metadataKey: 'llm_input_token', type: 'InputToken' },
        { metadataKey: 'llm_output_token', type: 'OutputToken' },
        { metadataKey: 'llm_total_token', type: 'TotalToken' },
      ],
    },
  };
}

function modelIs({ served_name }: Deployment) {
  return { type: 'Exact', name: 'x-ai-eg-model', value: served_name };
}

/** A rule with more headers wins over one with fewer, so these come before the split. */
function dataRules(deployment: Deployment) {
  const keep = deployment.split?.keep ?? { small: [], large: [] };
  const rule = (data_class: string, leg: Leg) => ({
    matches: [{ headers: [modelIs(deployment), { type: 'Exact', name: DATA_CLASS, value: data_class }] }],
    backendRefs: [{ name: slug(leg.id), modelNameOverride: leg.model }],
  });
  return [...keep.large.map((each) => rule(each, smallLeg(deployment))), ...keep.small.map((each) => rule(each, largeLeg(deployment)))];
}

function reference(leg: Leg, deployment: Deployment) {
  const weights = wholeWeights(shareOf(NAME, deployment));
  const weight = deployment.split === null ? {} : { weight: leg.role === 'large' ? weights.large : weights.small };
  return { name: slug(leg.id), modelNameOverride: leg.model, ...weight };
}

function backend(leg: Leg, settings: Settings) {
  const name = slug(leg.id);
  const url = new URL(leg.base_url);
  const prefix = url.pathname.replace(/\/+$/, '');
  const schema = leg.provider === 'anthropic' ? { name: 'Anthropic' } : { name: 'OpenAI', ...(prefix === '/v1' ? {} : { prefix }) };
  return [
    {
      apiVersion: `${AI}/v1beta1`,
      kind: 'AIServiceBackend',
      metadata: metadata(name, settings),
      spec: { schema, backendRef: { name, kind: 'Backend', group: 'gateway.envoyproxy.io' } },
    },
    {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: metadata(name, settings),
      spec: { endpoints: [{ fqdn: { hostname: host(url, leg, settings), port: port(url) } }] },
    },
    ...security(leg, settings),
    ...(url.protocol === 'https:' ? [tls(name, url, settings)] : []),
  ];
}

/** A bare service name is completed: Envoy wants a domain name. */
function host(url: URL, leg: Leg, { namespace }: Settings): string {
  if (/^[\d.]+$|^\[/.test(url.hostname))
    throw cannot(NAME, `${url.hostname} as a domain name`, `Name the host: --endpoint ${leg.id}=http://name.namespace.svc.cluster.local:8000/v1.`);
  return url.hostname.includes('.') ? url.hostname : `${url.hostname}.${namespace}.svc.cluster.local`;
}

function port(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function secretName(leg: Leg): string {
  return `${slug(leg.id)}-api-key`;
}

function security(leg: Leg, settings: Settings) {
  if (leg.key_env === null) return [];
  const name = secretName(leg);
  const anthropic = leg.provider === 'anthropic';
  return [
    {
      apiVersion: `${AI}/v1beta1`,
      kind: 'BackendSecurityPolicy',
      metadata: metadata(name, settings),
      spec: {
        targetRefs: [{ group: AI, kind: 'AIServiceBackend', name: slug(leg.id) }],
        type: anthropic ? 'AnthropicAPIKey' : 'APIKey',
        [anthropic ? 'anthropicAPIKey' : 'apiKey']: { secretRef: { name, namespace: settings.namespace } },
      },
    },
  ];
}

function tls(name: string, url: URL, settings: Settings) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'BackendTLSPolicy',
    metadata: metadata(`${name}-tls`, settings),
    spec: {
      targetRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name }],
      validation: { wellKnownCACertificates: 'System', hostname: url.hostname },
    },
  };
}

export const target: Target = { format: 'yaml', render };
