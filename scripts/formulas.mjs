/**
 * Typesets the catalogue's formulas: `dist/formulas.json` maps `<kind>/<name>` to `{ source, formula,
 * derivative, update }`. Each picture is an `{ svg, width, height }` drawn in `currentColor`, sizes in px. A
 * picture whose LaTeX is unchanged is kept, so that a second build does not even load MathJax.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './bare.mjs';
import { importSource } from './importSource.mjs';

const target = join(root, 'dist/formulas.json');
/** Height of the letter x, in px. */
const exHeight = 6.6;
/** Coordinates of glyphs are rounded to multiples of this number of font units. */
const grid = 6;
/** A hover holds at most 100,000 characters. A picture may take a tenth of them, and base64 adds a third. */
const largestPicture = 10_000;

export async function buildFormulas() {
  const before = existsSync(target) ? JSON.parse(readFileSync(target, 'utf8')) : {};
  const recipe = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const after = {};
  let typeset;
  let fresh = 0;
  const tooLarge = [];
  for (const { kind, name, latex, latexDerivative, latexUpdate } of (await importSource('src/spec/catalogue/index.ts'))
    .catalogue) {
    if (!latex) {
      continue;
    }
    const key = `${kind}/${name}`;
    const source = createHash('sha256')
      .update(recipe)
      .update(`${latex}\n${latexDerivative}\n${latexUpdate}`)
      .digest('hex')
      .slice(0, 16);
    if (before[key]?.source === source) {
      after[key] = before[key];
      continue;
    }
    typeset ??= await createTypesetter();
    const id = source.slice(0, 6);
    after[key] = { source, formula: await typeset(latex, `f${id}`) };
    if (latexDerivative) {
      after[key].derivative = await typeset(latexDerivative, `d${id}`);
    }
    if (latexUpdate) {
      after[key].update = await typeset(latexUpdate, `u${id}`);
    }
    fresh++;
    const { formula, derivative, update } = after[key];
    for (const picture of [formula, derivative, update]) {
      const size = picture ? Math.ceil(picture.svg.length / 3) * 4 : 0;
      if (size > largestPicture) {
        tooLarge.push(`${key} (${size} characters)`);
      }
    }
  }
  if (tooLarge.length) {
    throw new Error(
      `A formula's picture may have ${largestPicture} characters; shorten the LaTeX of ${tooLarge.join(', ')}.`,
    );
  }
  if (fresh > 0 || Object.keys(before).length !== Object.keys(after).length) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, `${JSON.stringify(after, null, 1)}\n`);
  }
  console.log(`built dist/formulas.json: ${Object.keys(after).length} formulas, ${fresh} of them new`);
}

function raise(_, error) {
  throw error;
}

async function createTypesetter() {
  const [{ mathjax }, { TeX }, { SVG }, { liteAdaptor }, { RegisterHTMLHandler }] = await Promise.all([
    import('@mathjax/src/js/mathjax.js'),
    import('@mathjax/src/js/input/tex.js'),
    import('@mathjax/src/js/output/svg.js'),
    import('@mathjax/src/js/adaptors/liteAdaptor.js'),
    import('@mathjax/src/js/handlers/html.js'),
    import('@mathjax/src/js/input/tex/base/BaseConfiguration.js'),
    import('@mathjax/src/js/input/tex/ams/AmsConfiguration.js'),
    // MathJax loads parts of the font when a formula first needs them.
    import('@mathjax/src/js/util/asyncLoad/esm.js'),
  ]);
  const adaptor = liteAdaptor();
  RegisterHTMLHandler(adaptor);
  const document = mathjax.document('', {
    InputJax: new TeX({ packages: ['base', 'ams'], formatError: raise }),
    OutputJax: new SVG({ fontCache: 'local' }),
  });
  return async (latex, name) => {
    const node = await document.convertPromise(latex, { display: true });
    return compact(adaptor.innerHTML(node), name);
  };
}

/** Removes everything that draws nothing. Ids get a prefix, so that one page can show several pictures. */
function compact(markup, name) {
  const ids = new Map();
  const short = (id) => ids.get(id) ?? ids.set(id, `${name}-${ids.size.toString(36)}`).get(id);
  const svg = markup
    .slice(markup.indexOf('<svg'), markup.lastIndexOf('</svg>') + 6)
    .replace(/ (?:data-[a-z0-9-]+|style|role|focusable|aria-[a-z]+|class)="[^"]*"/g, '')
    .replace(/ id="([^"]+)"/g, (_, id) => ` id="${short(id)}"`)
    .replace(/ (?:xlink:)?href="#([^"]+)"/g, (_, id) => ` href="#${short(id)}"`)
    .replace(/ xmlns:xlink="[^"]*"/, '')
    .replace(
      /<path( id="[^"]*")? d="([^"]*)"><\/path>/g,
      (_, id = '', d) => `<path${id} transform="scale(${grid})" d="${coarsePath(d)}"/>`,
    )
    .replace(/><\/(?:rect|use|path)>/g, '/>')
    .replace(/-?\d+\.\d+/g, (n) => (Math.abs(n) > 100 ? String(Math.round(n)) : n))
    .replace(/<\/?(?:title|desc)[^>]*>/g, '')
    // A group of one glyph is replaced by the glyph at its place; an empty group is removed.
    .replace(/<g(?: transform="[^"]*")?><\/g>/g, '')
    .replace(/<g><use ([^>]*)\/><\/g>/g, '<use $1/>')
    .replace(/<g( transform="translate\([^"]*\)")><use (href="[^"]*")\/><\/g>/g, '<use $2$1/>')
    .replace(/(<use [^>]*?) transform="translate\((-?[\d.]+),(-?[\d.]+)\)"/g, (_, use, x, y) => {
      return `${use}${x === '0' ? '' : ` x="${x}"`}${y === '0' ? '' : ` y="${y}"`}`;
    });
  const [, width, height] = svg.match(/^<svg[^>]* width="([\d.]+)ex" height="([\d.]+)ex"/) ?? [];
  if (!width) {
    throw new Error(`${name}: MathJax gave no picture: ${markup.slice(0, 200)}`);
  }
  const px = (ex) => Math.ceil(Number(ex) * exHeight);
  return {
    svg: svg.replace(`width="${width}ex" height="${height}ex"`, `width="${px(width)}" height="${px(height)}"`),
    width: px(width),
    height: px(height),
  };
}

/** For each path command, the axis of each number that it takes: x (0) or y (1). */
const axes = {
  M: [0, 1],
  L: [0, 1],
  H: [0],
  V: [1],
  Q: [0, 1, 0, 1],
  T: [0, 1],
  C: [0, 1, 0, 1, 0, 1],
  S: [0, 1, 0, 1],
  Z: [],
};

/**
 * The same path on a coarser grid and with relative coordinates, which need fewer digits than MathJax's
 * absolute ones. An em has 1000 units, so a step of the grid is below a tenth of a pixel.
 */
function coarsePath(d) {
  const point = [0, 0];
  let start = [0, 0];
  return d.replace(/([A-Z])([^A-Z]*)/g, (_, command, rest) => {
    if (command === 'Z') {
      point.splice(0, 2, ...start);
      return 'z';
    }
    const kinds = axes[command];
    if (!kinds) {
      throw new Error(`A path has the command ${command}, which coarsePath does not know.`);
    }
    const values = (rest.match(/-?[\d.]+/g) ?? []).map((value) => Math.round(value / grid));
    const steps = values.map((value, i) => value - point[kinds[i]]);
    for (const axis of [0, 1]) {
      const last = kinds.lastIndexOf(axis);
      if (last >= 0) {
        point[axis] = values[last];
      }
    }
    if (command === 'M') {
      start = [...point];
    }
    if (command === 'L' && steps[0] === 0) {
      return `v${steps[1]}`;
    }
    if (command === 'L' && steps[1] === 0) {
      return `h${steps[0]}`;
    }
    return command.toLowerCase() + steps.map((n, i) => (i > 0 && n >= 0 ? ` ${n}` : `${n}`)).join('');
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildFormulas();
}
