/**
 * Entry point of the Activation Gallery. The page created by the host:
 *
 *     <html lang="en">
 *       <head>
 *         <meta charset="utf-8">
 *         <meta http-equiv="Content-Security-Policy"
 *           content="default-src 'none'; style-src ${cspSource}; script-src 'nonce-…'">
 *         <meta name="viewport" content="width=device-width, initial-scale=1">
 *         <link rel="stylesheet" href="${dist/webview/gallery.css}">
 *       </head>
 *       <body>
 *         <div id="root"></div>
 *         <script id="boot" type="application/json" nonce="…">{…}</script>
 *         <script nonce="…" src="${dist/webview/gallery.js}"></script>
 *       </body>
 *     </html>
 *
 * `boot` is a GalleryBoot (from `galleryBoot` of language/hover) as JSON with `<` escaped as `\u003c`. The
 * page sends no messages; the message `{ type: 'focus', name }` opens another entry.
 */
import './gallery.css';
import type { GalleryBoot, ToGallery } from '../../src/protocol/gallery';
import { Gallery } from './gallery';

const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '') as GalleryBoot;
document.documentElement.lang = boot.language;
document.title = boot.words.title;
const gallery = new Gallery(document.getElementById('root') as HTMLElement, boot);
window.addEventListener('message', ({ data }: MessageEvent<ToGallery>) => {
  if (data?.type === 'focus') {
    gallery.show(data.name);
  }
});
