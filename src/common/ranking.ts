/** The tag by which the epochs of a run are ranked, and whether a larger value is better. */
export interface Ranking {
  readonly tag: string;
  readonly higher: boolean;
}

/** The usual ranking of a run: by its validation loss, or where its epochs have none by the loss. */
export function usualRanking(tags: readonly string[]): Ranking {
  return { tag: tags.includes('val_loss') ? 'val_loss' : 'loss', higher: false };
}

export function isBetter(value: number, than: number, { higher }: Pick<Ranking, 'higher'>): boolean {
  return higher ? value > than : value < than;
}
