/** Hovers and the gallery's content, made from the catalogue, as Markdown and as plain data. */
export { activationHover, type HoverOptions } from './activationHover';
export { type Documented, type DocumentOptions, documentOf } from './documents';
export { galleryBoot } from './galleryBoot';
export { type Hover, hoverAt, hoverIn } from './hoverAt';
