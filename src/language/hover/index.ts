/** Hovers (Markdown) and the content of the gallery (plain data), from the catalogue. */
export { activationHover, type HoverOptions } from './activationHover';
export { type Documented, type DocumentOptions, documentOf } from './documents';
export { galleryBoot } from './galleryBoot';
export { type Hover, hoverAt, hoverIn } from './hoverAt';
