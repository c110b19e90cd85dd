/** The protocol of the Activation Gallery. Everything it shows is in the page when it loads. */
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

/** Sent to an open gallery when the person follows the link of another hover. */
export type ToGallery = { readonly type: 'focus'; readonly name: string };
