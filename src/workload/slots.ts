import { FIELDS, type Field, type Mapping } from './row.ts';

/** Where each field stands among the values of a row. */
export class Slots {
  private readonly first: { readonly [F in Field]: number };
  private readonly lists: { readonly [F in Field]: readonly number[] };

  /** @param asked the columns in the order in which values come */
  constructor(mapping: Mapping, asked: readonly string[]) {
    const lists = FIELDS.map((field) => [field, (mapping[field] ?? []).map((column) => asked.indexOf(column))] as const);
    this.lists = Object.fromEntries(lists) as { [F in Field]: number[] };
    this.first = Object.fromEntries(lists.map(([field, [at]]) => [field, at ?? -1])) as { [F in Field]: number };
  }

  has(field: Field): boolean {
    return this.first[field] >= 0;
  }

  value(values: readonly unknown[], field: Field): unknown {
    const at = this.first[field];
    return at < 0 ? undefined : values[at];
  }

  all(field: Field): readonly number[] {
    return this.lists[field];
  }

  /** A name; null when empty. An object (a mistake) is its JSON. */
  name(values: readonly unknown[], field: Field): string | null {
    const value = this.value(values, field);
    if (typeof value === 'string') return value.trim() || null;
    return value === null || value === undefined ? null : typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
