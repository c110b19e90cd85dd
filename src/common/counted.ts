/** Chooses the singular or the plural wording. Korean has one form: both have the same translation. */
export function counted<Words>(count: number, one: Words, others: Words): Words {
  return count === 1 ? one : others;
}
