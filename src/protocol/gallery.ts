/** The wire of the Activation Gallery: all it shows stands in the page at load. */
export type {
  Formulas,
  GalleryBoot,
  GalleryEntry,
  GalleryFact,
  GalleryFilter,
  GalleryPlot,
  GalleryWord,
  Picture,
} from '../spec/catalogue/gallery';

/** Sent to an open gallery when another hover's link is followed. */
export type ToGallery = { readonly type: 'focus'; readonly name: string };
