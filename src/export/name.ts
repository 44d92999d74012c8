/** Names that Kubernetes, TOML tables and shells take: lower-case letters, digits and single hyphens, at most 50 characters. */
export function slug(text: string): string {
  const cleaned = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  return cleaned === '' ? 'model' : /^[a-z]/.test(cleaned) ? cleaned : `m-${cleaned}`;
}
