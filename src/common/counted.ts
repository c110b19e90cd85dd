/** Of two wordings the one for such a count. In Korean, which has one form, both are translated alike. */
export function counted<Words>(count: number, one: Words, others: Words): Words {
  return count === 1 ? one : others;
}
